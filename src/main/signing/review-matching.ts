import type { PsetFacts } from '../liquid/types.ts';
import type { Target } from './review-targets.ts';

type Output = Pick<PsetFacts['outputs'][number], 'vout' | 'script' | 'value'>;

/**
 * Which approved row each output of one transaction pays, by vout: one output for one row. An address that stands in
 * several rows has as many outputs, and these are told apart by amount (base units, as declared). Nothing rests on what
 * is declared: every output that was matched is opened afterwards and has to commit to the amount of its row.
 */
export function matchOutputs(
  outputs: readonly Output[],
  targets: ReadonlyMap<string, readonly Target[]>,
): Map<number, Target> {
  const matched = new Map<number, Target>();
  for (const [script, rows] of targets) {
    const paying = outputs.filter((output) => output.script === script);
    const open = [...rows];
    const rest: Output[] = [];
    for (const output of paying) {
      const at = open.findIndex(({ approved }) => approved.amount === output.value);
      const [target] = at < 0 ? [] : open.splice(at, 1);
      if (target) matched.set(output.vout, target);
      else rest.push(output);
    }
    // What is left over differs in amount: it is matched all the same, so that the row can be named that it falsifies.
    for (const output of rest) {
      const target = open.shift();
      if (target) matched.set(output.vout, target);
    }
  }
  return matched;
}
