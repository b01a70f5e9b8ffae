import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { contract, type CallName } from '../shared/contract/index.ts';
import { SluiceError } from '../shared/errors.ts';

/** Reads the arguments of a call from JSON text. No text means no arguments. */
export function readArguments(text: string | null): unknown {
  if (text === null || text.trim() === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SluiceError('INVALID_ARGUMENT', `The arguments are not JSON: ${reason}`, {
      next: `Write them as JSON in single quotes, for example '{"offset":0,"limit":10}', or give - to read them from the input.`,
      cause: error,
    });
  }
}

/**
 * Fills in files: where the contract wants a file's bytes (`content`) and the value is `@path`, the file is read, and
 * `fileName` beside it is its name unless given.
 */
export async function withFiles(name: CallName, args: unknown): Promise<unknown> {
  return fill(args, z.toJSONSchema(contract[name].args, { io: 'input', unrepresentable: 'any' }));
}

interface Schema {
  properties?: Record<string, Schema>;
  oneOf?: Schema[];
  anyOf?: Schema[];
}

async function fill(value: unknown, schema: object | undefined): Promise<unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const properties = propertiesOf(schema);
  const filled: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) filled[key] = await fill(inner, properties[key]);
  const content = filled['content'];
  if (!('content' in properties) || typeof content !== 'string' || !content.startsWith('@')) return filled;
  const file = content.slice(1);
  filled['content'] = await readBase64(file);
  if ('fileName' in properties) filled['fileName'] ??= path.basename(file);
  return filled;
}

function propertiesOf(schema: Schema | undefined): Record<string, Schema> {
  const variants = [...(schema?.oneOf ?? []), ...(schema?.anyOf ?? [])];
  return Object.assign({}, schema?.properties, ...variants.map(propertiesOf)) as Record<string, Schema>;
}

async function readBase64(file: string): Promise<string> {
  try {
    return (await readFile(file)).toString('base64');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'There is no such file' : `It cannot be read (${code})`;
    throw new SluiceError('INVALID_ARGUMENT', `${reason}: ${file}`, {
      next: 'Give the path of a file that exists, from the folder in which you call this, after the @.',
      field: 'content',
      cause: error,
    });
  }
}
