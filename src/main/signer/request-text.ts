import { createHash } from 'node:crypto';
import { signRequestPayload, type SignRequest } from '../signing/index.ts';

/** A request as text for the database: JSON in which whole numbers beyond JSON and bytes are marked. */
export function requestText(request: SignRequest): string {
  return JSON.stringify(request, (_key, value: unknown) =>
    typeof value === 'bigint'
      ? { $number: String(value) }
      : value instanceof Uint8Array
        ? bytesOf(value)
        : value,
  );
}

function bytesOf(value: Uint8Array): { $bytes: string } {
  return { $bytes: Buffer.from(value).toString('base64') };
}

/** The request again. Throws for a text that {@link requestText} did not write. */
export function requestOf(text: string): SignRequest {
  return signRequestPayload.parse(
    JSON.parse(text, (_key, value: unknown) => {
      if (value === null || typeof value !== 'object') return value;
      if ('$number' in value) return BigInt(String(value.$number));
      if ('$bytes' in value) return new Uint8Array(Buffer.from(String(value.$bytes), 'base64'));
      return value;
    }),
  );
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
