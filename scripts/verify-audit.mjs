#!/usr/bin/env node
/**
 * Checks an exported audit trail without Sluice: `node verify-audit.mjs audit.jsonl [head]`. With a head that was noted
 * elsewhere (a report, a bundle, a backup) it also says whether the trail contains that head. Needs Node and nothing
 * else; written apart from the desk's own code, so that one fault cannot hide in both.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const [file, noted] = process.argv.slice(2);
if (file === undefined) {
  console.error('Usage: node verify-audit.mjs audit.jsonl [head]');
  process.exit(2);
}

/** RFC 8785 for what JSON.parse gives: sorted keys, no white space, numbers as ECMAScript prints them. */
function canonical(value) {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return '[' + value.map(canonical).join(',') + ']';
  const keys = Object.keys(value).sort();
  return '{' + keys.map((key) => JSON.stringify(key) + ':' + canonical(value[key])).join(',') + '}';
}

function fail(line, words) {
  console.error(`Line ${line}: ${words} Everything before it is intact.`);
  process.exit(1);
}

let previous = '0'.repeat(64);
let line = 0;
let seen = noted === undefined || noted === previous;
for (const text of readFileSync(file, 'utf8').split('\n')) {
  if (text === '') continue;
  line += 1;
  let entry;
  try {
    entry = JSON.parse(text);
  } catch {
    fail(line, 'this is not JSON.');
  }
  const { hash, previous: follows, ...rest } = entry;
  if (rest.seq !== line) fail(line, `entry ${line} is missing; this is ${rest.seq}.`);
  if (follows !== previous) fail(line, 'the entry does not follow the one before it.');
  const found = createHash('sha256')
    .update(previous + canonical(rest), 'utf8')
    .digest('hex');
  if (found !== hash) fail(line, 'the entry was changed after it was written.');
  previous = hash;
  seen ||= hash === noted;
}
if (!seen) {
  console.error(`${line} entries, each follows the last, but none has the noted head ${noted}.`);
  process.exit(1);
}
console.log(`${line} entries, all intact. Head: ${previous}`);
