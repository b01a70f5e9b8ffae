import type { IncomingMessage } from 'node:http';
import { SluiceError } from '../../shared/errors.ts';

/** Largest request: an imported file of 96 MiB as base64, and some room around it. */
export const MAX_BODY = 130 * 1024 * 1024;

/**
 * Reads a request's body as JSON. Throws INVALID_ARGUMENT when it is no JSON, and when it is longer than `limit`
 * bytes; what comes after the limit is not kept.
 */
export async function readJson(request: IncomingMessage, limit: number): Promise<unknown> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLong(limit);
  const chunks: Buffer[] = [];
  let length = 0;
  // The connection must outlive a refusal, or the words would never arrive.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw tooLong(limit);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch (error) {
    throw new SluiceError('INVALID_ARGUMENT', 'The request is not JSON.', {
      next: 'Send {"name": …, "args": …} as JSON.',
      cause: error,
    });
  }
}

function tooLong(limit: number): SluiceError {
  const megabytes = Math.floor(limit / (1024 * 1024));
  return new SluiceError('INVALID_ARGUMENT', `The request is larger than ${megabytes} MiB.`, {
    next: 'Split the file into smaller ones and import them one after the other.',
  });
}
