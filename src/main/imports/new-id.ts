import { randomBytes } from 'node:crypto';

/** A new id: 12 characters, random. It stands in every index entry of what belongs to it, so it is kept short. */
export function newId(): string {
  return randomBytes(9).toString('base64url');
}
