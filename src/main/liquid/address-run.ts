import type { WorkerPool } from './pool.ts';
import type { DerivedAddress, WalletPolicy } from './types.ts';

/** Addresses per task: some 0.2 s of work, so that several workers share a long run and none comes near its deadline. */
const CHUNK = 100;
/** What one task refuses to begin with is refused as a whole. */
const MOST = 10_000;

/** Addresses `from` … `from + count − 1`, in order. Throws INVALID_ARGUMENT for what cannot be derived. */
export async function addressRun(
  pool: WorkerPool,
  policy: WalletPolicy,
  chain: 0 | 1,
  from: number,
  count: number,
): Promise<DerivedAddress[]> {
  const long = Number.isInteger(count) && count > CHUNK && count <= MOST;
  const size = long ? CHUNK : count;
  const starts = Array.from({ length: long ? Math.ceil(count / CHUNK) : 1 }, (_, i) => from + i * size);
  const runs = await Promise.all(
    starts.map((start) =>
      pool.run('addresses', { policy, chain, from: start, count: Math.min(size, from + count - start) }),
    ),
  );
  return runs.flat();
}
