/**
 * WAMP version 2 in JSON, the part that Green speaks: one session, calls and their answers. A frame is a JSON array that
 * begins with the number of its kind.
 */
const HELLO = 1;
const WELCOME = 2;
const ABORT = 3;
const GOODBYE = 6;
const ERROR = 8;
const CALL = 48;
const RESULT = 50;

/** Green's procedures live under this name. */
const PREFIX = 'com.greenaddress.';

export type Frame =
  | { kind: 'welcome' }
  | { kind: 'abort' | 'goodbye'; reason: string }
  | { kind: 'result'; request: number; value: unknown }
  | { kind: 'error'; request: number; words: string }
  /** Well-formed and none of our business: events, answers to what we never ask. */
  | { kind: 'other' };

export function hello(): string {
  return JSON.stringify([HELLO, 'realm1', { roles: { caller: { features: {} } } }]);
}

/** @param procedure without Green's prefix */
export function call(request: number, procedure: string, args: readonly unknown[]): string {
  return JSON.stringify([CALL, request, {}, PREFIX + procedure, args]);
}

/** What a frame says; null for what is no frame. */
export function readFrame(text: string): Frame | null {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(frame) || !Number.isSafeInteger(frame[0])) return null;
  const parts = frame as unknown[];
  switch (parts[0]) {
    case WELCOME:
      return { kind: 'welcome' };
    case ABORT:
      return { kind: 'abort', reason: reasonOf(parts[1], parts[2]) };
    case GOODBYE:
      return { kind: 'goodbye', reason: reasonOf(parts[1], parts[2]) };
    case RESULT: {
      const request = parts[1];
      if (typeof request !== 'number') return null;
      const list = parts[3];
      return { kind: 'result', request, value: Array.isArray(list) ? (list as unknown[])[0] : undefined };
    }
    case ERROR: {
      const request = parts[2];
      if (typeof request !== 'number') return null;
      return { kind: 'error', request, words: wordsOf(parts[4], parts[5]) };
    }
    default:
      return { kind: 'other' };
  }
}

function reasonOf(details: unknown, reason: unknown): string {
  const message =
    typeof details === 'object' && details !== null ? (details as { message?: unknown }).message : undefined;
  if (typeof message === 'string' && message !== '') return message;
  return typeof reason === 'string' ? reason : '';
}

/** An error's arguments are `[address of the kind of error, sentence, …]`; the sentence is for people. */
function wordsOf(uri: unknown, args: unknown): string {
  const texts = (Array.isArray(args) ? (args as unknown[]) : []).filter(
    (item): item is string => typeof item === 'string' && item !== '',
  );
  const sentence = texts.find((text) => !text.startsWith('http'));
  if (sentence !== undefined) return sentence;
  const address = texts[0] ?? (typeof uri === 'string' ? uri : '');
  return address.slice(address.indexOf('#') + 1);
}
