import { MAX_AMOUNT } from '../../../shared/money.ts';
import { invalid } from './answers.ts';
import { Decimal } from './json.ts';

/** Readers for parts of a request body. Each throws the 400 that names the field. */
export type JsonObject = Record<string, unknown>;

export function object(value: unknown, field = 'non_field_errors'): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Decimal) {
    throw invalid(field, 'Invalid data. Expected a dictionary.');
  }
  return value as JsonObject;
}

export function list(value: unknown, field: string): unknown[] {
  if (!Array.isArray(value)) throw invalid(field, 'Expected a list of items.');
  return value as unknown[];
}

export interface TextRule {
  min?: number;
  max?: number;
  pattern?: RegExp;
}

export function text(value: unknown, field: string, rule: TextRule = {}): string {
  if (value === undefined || value === null) throw invalid(field, 'This field is required.');
  if (typeof value !== 'string') throw invalid(field, 'Not a valid string.');
  if (value === '' && (rule.min ?? 1) > 0) throw invalid(field, 'This field may not be blank.');
  if (rule.min !== undefined && value.length < rule.min) {
    throw invalid(field, `Ensure this field has at least ${rule.min} characters.`);
  }
  if (rule.max !== undefined && value.length > rule.max) {
    throw invalid(field, `Ensure this field has no more than ${rule.max} characters.`);
  }
  if (rule.pattern && !rule.pattern.test(value)) throw invalid(field, 'Invalid value');
  return value;
}

export function flag(value: unknown, field: string, fallback: boolean): boolean {
  if (value === undefined || value === null) return fallback;
  if (typeof value !== 'boolean') throw invalid(field, 'Must be a valid boolean.');
  return value;
}

export function whole(value: unknown, field: string, min: bigint, max: bigint): bigint {
  if (value === undefined || value === null) throw invalid(field, 'This field is required.');
  if (typeof value !== 'bigint') throw invalid(field, 'A valid integer is required.');
  if (value < min) throw invalid(field, `Ensure this value is greater than or equal to ${min}.`);
  if (value > max) throw invalid(field, `Ensure this value is less than or equal to ${max}.`);
  return value;
}

/** Base units: 1 … 2,100,000,000,000,000. */
export function amountOf(value: unknown, field: string): bigint {
  return whole(value, field, 1n, MAX_AMOUNT);
}

export const HEX32 = /^[0-9a-f]{64}$/;

export function hex32(value: unknown, field: string): string {
  return text(value, field, { pattern: HEX32 });
}
