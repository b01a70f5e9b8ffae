import { z } from 'zod';
import { LABEL_TYPES, type Label } from './labels.ts';

/** Longest label that is kept; BIP 329 asks importers for 255 at least. */
const LONGEST = 500;

const line = z.object({ type: z.string(), ref: z.string(), label: z.string().optional() });

const REF: Record<Label['type'], RegExp> = {
  tx: /^[0-9a-f]{64}$/,
  addr: /^[0-9A-Za-z]{20,300}$/,
  output: /^[0-9a-f]{64}:\d{1,9}$/,
  xpub: /^[1-9A-HJ-NP-Za-km-z]{100,120}$/,
};

/** JSON lines of BIP 329, one label each. */
export function writeLabels(labels: readonly Label[]): string {
  return labels.map(({ type, ref, label }) => `${JSON.stringify({ type, ref, label })}\n`).join('');
}

/**
 * Reads BIP 329. Types that a wallet here does not have (`input`, `pubkey`, later ones), lines without a label and lines
 * that are no JSON are counted as skipped: the rest of a file is good without them.
 */
export function readLabels(content: string): { labels: Label[]; skipped: number } {
  const labels: Label[] = [];
  let skipped = 0;
  for (const text of content.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    if (text.trim() === '') continue;
    const label = readLine(text);
    if (label) labels.push(label);
    else skipped += 1;
  }
  return { labels, skipped };
}

function readLine(text: string): Label | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const read = line.safeParse(value);
  if (!read.success) return null;
  const { ref } = read.data;
  const type = LABEL_TYPES.find((known) => known === read.data.type);
  const label = (read.data.label ?? '').trim().slice(0, LONGEST);
  return type !== undefined && label !== '' && REF[type].test(ref) ? { type, ref, label } : null;
}
