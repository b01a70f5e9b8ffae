import { z } from 'zod';
import { contract, type CallName } from '../shared/contract/index.ts';
import { SluiceError } from '../shared/errors.ts';
import { isCallName } from '../main/desk/dispatch.ts';
import { USAGE } from './command-line.ts';

interface Schema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  format?: string;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  additionalProperties?: Schema | boolean;
}

/** Every command in a line: what it does and what it takes (`?` marks what may be left out). */
export function listCommands() {
  const names = Object.keys(contract) as CallName[];
  return {
    usage: USAGE,
    notes: [
      'Amounts are text: whole base units. A file is given as "content": "@path". - reads the JSON from the input.',
      'Output is JSON: the result, or {"error":{code,message,next}} with a non-zero exit code.',
      'Without --profile the only profile is opened, or the one opened last. SLUICE_VAULT_PASSPHRASE opens the passphrase vault.',
      'SLUICE_JADE_PORTS names further serial ports of Jades, separated by commas (paths, on Windows COM names).',
      'help <area.verb> shows the full schema of one command.',
    ],
    commands: Object.fromEntries(
      names.map((name) => [
        name,
        { kind: contract[name].kind, summary: contract[name].summary, args: brief(inputSchema(name)) },
      ]),
    ),
  };
}

/** One command in full, with JSON schemas of what it takes and what it answers. */
export function explainCommand(text: string) {
  const name = commandNamed(text);
  const { kind, summary, result } = contract[name];
  return {
    name,
    kind,
    summary,
    args: inputSchema(name),
    // The wire form of a result is what its schema takes in.
    result: z.toJSONSchema(result as z.ZodType, { io: 'input', unrepresentable: 'any' }),
  };
}

/** The command of this name. Throws NOT_FOUND when there is none. */
export function commandNamed(name: string): CallName {
  if (isCallName(name)) return name;
  throw new SluiceError('NOT_FOUND', `There is no command “${name}”.`, {
    next: 'npm run --silent sluice -- help lists them all.',
  });
}

function inputSchema(name: CallName): Schema {
  return z.toJSONSchema(contract[name].args as z.ZodType, { io: 'input', unrepresentable: 'any' }) as Schema;
}

/** A schema as a person would jot it down. */
function brief(schema: Schema): unknown {
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants) return variants.map(brief);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum.map(String).join(' | ');
  if (schema.properties) {
    const required = new Set(schema.required);
    return Object.fromEntries(
      Object.entries(schema.properties).map(([key, inner]) => [
        required.has(key) ? key : `${key}?`,
        brief(inner),
      ]),
    );
  }
  if (schema.items) return [brief(schema.items)];
  if (typeof schema.additionalProperties === 'object')
    return { '<name>': brief(schema.additionalProperties) };
  return schema.format ? `${schema.type} (${schema.format})` : (schema.type ?? 'any');
}
