import fc from 'fast-check';
import { INPUT, OUTPUT, parsePset, serializePset } from '../../src/main/liquid/pset.ts';
import type { PsetMap } from '../../src/main/liquid/pset.ts';

const mapsOf = ({ global, inputs, outputs }: ReturnType<typeof parsePset>): PsetMap[] => [
  global,
  ...inputs,
  ...outputs,
];

/** One field of some map: taken out, cut, filled, replaced by that of a neighbour, or put where there was none. */
const change = fc.record({
  map: fc.nat(),
  field: fc.nat(),
  how: fc.constantFrom('delete', 'cut', 'fill', 'swap', 'add'),
  byte: fc.nat(255),
  key: fc.constantFrom(...Object.values(INPUT), ...Object.values(OUTPUT)),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function apply(maps: PsetMap[], { map: at, field, how, byte, key }: Change): void {
  const map = maps[at % maps.length];
  const keys = [...(map?.keys() ?? [])];
  const name = keys[field % keys.length];
  if (!map || name === undefined) return;
  const value = map.get(name) ?? new Uint8Array();
  if (how === 'delete') map.delete(name);
  else if (how === 'cut') map.set(name, value.slice(0, byte % (value.length + 1)));
  else if (how === 'fill') map.set(name, new Uint8Array(value.length).fill(byte));
  else if (how === 'swap') map.set(name, maps[(at + 1) % maps.length]?.get(name) ?? value);
  else map.set(key, new Uint8Array(byte % 40).fill(byte));
}

/** A PSET to the same, changed in up to three of its fields. */
export const wildly: fc.Arbitrary<(pset: string) => string> = fc
  .array(change, { minLength: 1, maxLength: 3 })
  .map((changes) => (pset) => {
    const parsed = parsePset(pset);
    for (const each of changes) apply(mapsOf(parsed), each);
    return serializePset(parsed);
  });
