import { availableParallelism, loadavg } from 'node:os';

/** Fewer rounds and smaller worlds: to see that a benchmark runs, not what it measures. */
export const SHORT = process.argv.includes('--short');

/** Arguments that are no options. */
export const POSITIONAL = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));

export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** The machine in the only words that figures are published with: cores, Node, and what else was going on. */
export function machine(): string {
  const [load = 0] = loadavg();
  return `${availableParallelism()} cores, Node ${process.version}, load ${load.toFixed(1)} when it began`;
}

/** The value below which `share` of all values lie (nearest rank); NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

export interface Run {
  wall: number;
  /** Milliseconds of processor time, all threads of this process: what other work on the machine changes least. */
  cpu: number;
}

/** Milliseconds that `work` took. */
export async function timed<T>(work: () => Promise<T> | T): Promise<Run & { result: T }> {
  const before = process.cpuUsage();
  const began = performance.now();
  const result = await work();
  const wall = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  return { wall, cpu: (user + system) / 1000, result };
}

/** A table of aligned columns, the first one to the left. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of [head, ...rows]) {
    say(
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    );
  }
}
