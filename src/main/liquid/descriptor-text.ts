import { descriptorChecksum } from './descriptor.ts';
import { descriptorInvalid, descriptorPrivate } from './errors.ts';
import { HARDENED, readPath, writePath } from './path.ts';
import type { DescriptorFacts } from './types.ts';

/** Fifteen keys with long paths have some 3,000 characters. */
const LONGEST = 4_000;
/** As for treasuries: higher numbers are written otherwise in script, and no hardware signer goes there. */
const MOST_KEYS = 15;

/** A key expression: where the extended key comes from, itself, and the steps to the address index by chain. */
export interface KeyText {
  /** Null where the descriptor does not say: then the extended key is its own origin. */
  fingerprint: string | null;
  path: number[];
  xpub: string;
  branches: number[][];
}

/** A CT descriptor taken apart. Nothing of its keys has been looked at. */
export interface DescriptorText {
  blinding: { written: 'slip77' | 'view'; key: string } | { written: 'elip151'; key: null };
  script: DescriptorFacts['script'];
  sorted: boolean;
  threshold: number;
  chains: 1 | 2;
  keys: KeyText[];
}

const FORMS: readonly { pattern: RegExp; script: DescriptorFacts['script'] }[] = [
  { pattern: /^elwpkh\(([^()]*)\)$/, script: 'wpkh' },
  { pattern: /^elsh\(wpkh\(([^()]*)\)\)$/, script: 'sh-wpkh' },
  { pattern: /^elwsh\(((?:sorted)?multi)\(([^()]*)\)\)$/, script: 'wsh-multi' },
  { pattern: /^elsh\(wsh\(((?:sorted)?multi)\(([^()]*)\)\)\)$/, script: 'sh-wsh-multi' },
];
const PRIVATE = /[a-zA-Z]prv[1-9A-HJ-NP-Za-km-z]{50}|(?:^|[(,\]])[5KLc9][1-9A-HJ-NP-Za-km-z]{50,51}(?=[/),])/;

/** Without its checksum, which must be right where there is one. */
function bodyOf(text: string): string {
  if (text.length > LONGEST)
    throw descriptorInvalid(`The text has ${text.length} characters, more than any descriptor.`);
  const [body = '', checksum, ...more] = text.split('#');
  if (PRIVATE.test(body)) throw descriptorPrivate();
  if (more.length > 0) throw descriptorInvalid('The descriptor has more than one checksum.');
  let expected;
  try {
    expected = descriptorChecksum(body);
  } catch {
    throw descriptorInvalid('The text holds characters that no descriptor has.');
  }
  if (checksum !== undefined && checksum !== expected)
    throw descriptorInvalid(
      'The checksum of the descriptor is wrong: something in it has been changed or left out.',
    );
  return body;
}

function readBlinding(text: string): DescriptorText['blinding'] {
  if (text === 'elip151') return { written: 'elip151', key: null };
  const slip77 = /^slip77\(([0-9a-fA-F]{64})\)$/.exec(text)?.[1];
  if (slip77 !== undefined) return { written: 'slip77', key: slip77.toLowerCase() };
  if (/^[0-9a-fA-F]{64}$/.test(text)) return { written: 'view', key: text.toLowerCase() };
  throw descriptorInvalid(
    'The descriptor is blinded by neither slip77(…), elip151 nor a view key of 32 bytes.',
  );
}

/** Steps between the extended key and the wildcard; by chain where there are two. */
function readBranches(text: string, who: string): number[][] {
  const steps = text.split('/').slice(1);
  const wildcard = steps.pop();
  if (wildcard !== undefined && /^\*['hH]$/.test(wildcard))
    throw descriptorInvalid(`${who} asks for hardened addresses, which a public key cannot give.`);
  if (wildcard !== '*')
    throw descriptorInvalid(`${who} does not end in /*, so that it has no run of addresses.`);
  if (steps.some((step) => step.includes('*'))) throw descriptorInvalid(`${who} has more than one wildcard.`);
  const last = steps.at(-1);
  const two = last === '<0;1>';
  const fixed = two ? steps.slice(0, -1) : steps;
  if (fixed.some((step) => step.includes('<')))
    throw descriptorInvalid(`${who} has chains other than <0;1> right before its addresses.`);
  const path = fixed.length === 0 ? [] : readPath(fixed.join('/'));
  if (!path) throw descriptorInvalid(`${who} has steps that cannot be read.`);
  if (path.some((step) => step >= HARDENED))
    throw descriptorInvalid(
      `${who} has a hardened step behind its extended key, which a public key cannot take.`,
    );
  return two
    ? [
        [...path, 0],
        [...path, 1],
      ]
    : [path];
}

function readKey(text: string, index: number): KeyText {
  const who = `Key ${index + 1} of the descriptor`;
  const match = /^(?:\[([0-9a-fA-F]{8})((?:\/\d{1,10}['hH]?)*)\])?([^[\]/<>*;]+)((?:\/[^/]*)*)$/.exec(text);
  if (!match) throw descriptorInvalid(`${who} cannot be read.`);
  const [, fingerprint, origin = '', xpub = '', rest = ''] = match;
  if (/^(0[2-4][0-9a-fA-F]*|[0-9a-fA-F]{64})$/.test(xpub))
    throw descriptorInvalid(`${who} is a single public key; wallets have extended keys.`);
  if (!/^[1-9A-HJ-NP-Za-km-z]{100,120}$/.test(xpub))
    throw descriptorInvalid(`${who} is no extended public key.`);
  const path = origin === '' ? [] : readPath(origin.slice(1));
  if (!path) throw descriptorInvalid(`${who} has an origin that cannot be read.`);
  return { fingerprint: fingerprint?.toLowerCase() ?? null, path, xpub, branches: readBranches(rest, who) };
}

function readScript(
  text: string,
): Pick<DescriptorText, 'script' | 'sorted' | 'threshold'> & { keys: string[] } {
  for (const { pattern, script } of FORMS) {
    const match = pattern.exec(text);
    if (!match) continue;
    const [, first = '', second] = match;
    if (second === undefined) return { script, sorted: false, threshold: 1, keys: [first] };
    const [threshold = '', ...keys] = second.split(',');
    if (keys.length < 1 || keys.length > MOST_KEYS)
      throw descriptorInvalid(`The multisig has ${keys.length} keys; wallets have 1 to ${MOST_KEYS}.`);
    if (!/^[1-9]\d?$/.test(threshold) || Number(threshold) > keys.length)
      throw descriptorInvalid(
        `The multisig asks for a number of signatures that ${keys.length} keys cannot give.`,
      );
    return { script, sorted: first === 'sortedmulti', threshold: Number(threshold), keys };
  }
  throw descriptorInvalid(
    'The descriptor is of no kind that wallets here have: elwpkh(…), elsh(wpkh(…)), elwsh(multi(…)) or elsh(wsh(multi(…))).',
  );
}

/**
 * Takes a CT descriptor apart, character by character. Throws DESCRIPTOR_INVALID, which never repeats the text: it may
 * hold what nobody should read.
 */
export function readDescriptorText(given: string): DescriptorText {
  const body = bodyOf(given.trim());
  const match = /^ct\((slip77\([^()]*\)|[^(),]*),(.*)\)$/.exec(body);
  const [, blinding = '', inner = ''] = match ?? [];
  if (!match)
    throw descriptorInvalid('The text is no CT descriptor: it does not begin with ct(… and end with ).');
  const { keys: texts, ...script } = readScript(inner);
  const keys = texts.map(readKey);
  const chains = keys[0]?.branches.length === 2 ? 2 : 1;
  if (keys.some(({ branches }) => branches.length !== chains))
    throw descriptorInvalid('Some keys of the descriptor have two chains and others one.');
  const places = keys.map(({ xpub, branches }) => `${xpub}/${writePath(branches[0] ?? [])}`);
  if (new Set(places).size !== places.length)
    throw descriptorInvalid('The descriptor has the same key twice, so that one loss would take both.');
  return { blinding: readBlinding(blinding), ...script, chains, keys };
}

type Written = Omit<DescriptorText, 'blinding' | 'chains'>;

function keyText({ fingerprint, path, xpub, branches }: KeyText): string {
  const origin =
    fingerprint === null
      ? ''
      : `[${[fingerprint, ...(path.length === 0 ? [] : [writePath(path)])].join('/')}]`;
  const [first = [], second] = branches;
  const steps = second ? [...first.slice(0, -1).map(String), '<0;1>'] : first.map(String);
  return `${origin}${xpub}/${[...steps, '*'].join('/')}`;
}

/** The script part in its one spelling (hardened steps with an apostrophe, as LWK writes them), without checksum. */
export function scriptText({ script, sorted, threshold, keys }: Written): string {
  const list = keys.map(keyText).join(',');
  const multi = `${sorted ? 'sortedmulti' : 'multi'}(${threshold},${list})`;
  switch (script) {
    case 'wpkh':
      return `elwpkh(${list})`;
    case 'sh-wpkh':
      return `elsh(wpkh(${list}))`;
    case 'wsh-multi':
      return `elwsh(${multi})`;
    case 'sh-wsh-multi':
      return `elsh(wsh(${multi}))`;
  }
}

/** `blinding` as it stands in the text: `slip77(…)`, `elip151` or 64 digits. No checksum. */
export function confidentialText(blinding: string, written: Written): string {
  return `ct(${blinding},${scriptText(written)})`;
}
