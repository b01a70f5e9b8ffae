import { ZERO32, equal } from './bytes.ts';
import type { Bytes } from './bytes.ts';
import { generatorOf } from './generators.ts';
import type { BlindTask, BlindedFields, OpenTask, Opened, RevealTask, Task, TaskResults } from './tasks.ts';
import { wally } from './wally.ts';
import { zkp } from './zkp.ts';

/** Elements' default -ct_bits, and the exponent and least value that its wallet proves. */
const CT_BITS = 52;

/** Carries out one task; runs in a proof thread. */
export function perform(task: Task): TaskResults[Task['kind']] {
  switch (task.kind) {
    case 'range':
      return guarded(() => zkp.rangeproof.verify(task.proof, task.commitment, task.generator, task.script));
    case 'surjection':
      return guarded(() => zkp.surjectionproof.verify(task.proof, task.tags, task.generator));
    case 'blind':
      return blind(task);
    case 'issue':
      return wally.asset_rangeproof_with_nonce(
        task.value,
        task.nonce,
        task.asset,
        ZERO32,
        task.amountBlinder,
        task.commitment,
        null,
        task.generator,
        1n,
        0,
        CT_BITS,
      );
    case 'open':
      return open(task);
    case 'reveal':
      return reveal(task);
  }
}

/** The library throws for bytes it cannot even parse: such a proof is a false one. */
function guarded(verify: () => boolean): boolean {
  try {
    return verify();
  } catch {
    return false;
  }
}

function blind(task: BlindTask): BlindedFields {
  const { value, asset, assetBlinder, amountBlinder, ephemeral, script, seed, tags } = task;
  const generator = wally.asset_generator_from_bytes(asset, assetBlinder);
  const commitment = wally.asset_value_commitment(value, amountBlinder, generator);
  const nonce = wally.ec_public_key_from_private_key(ephemeral);
  // A spendable output proves at least one unit; one that nobody can spend may hold nothing.
  const least = script[0] === 0x6a ? 0n : 1n;
  const rangeproof = wally.asset_rangeproof(
    value,
    task.blindingPubkey,
    ephemeral,
    asset,
    assetBlinder,
    amountBlinder,
    commitment,
    script,
    generator,
    least,
    0,
    CT_BITS,
  );
  const surjectionProof = wally.asset_surjectionproof(
    asset,
    assetBlinder,
    generator,
    seed,
    tags.assets,
    tags.blinders,
    tags.generators,
  );
  return {
    asset: generator,
    value: commitment,
    nonce,
    rangeproof,
    surjectionProof,
    valueProof: wally.explicit_rangeproof(value, seed, amountBlinder, commitment, generator),
    assetProof: wally.explicit_surjectionproof(asset, assetBlinder, generator),
  };
}

function open(task: OpenTask): Opened | null {
  return checked(task.asset, () =>
    wally.asset_unblind(
      task.nonce,
      task.blindingKey,
      task.rangeproof,
      task.value,
      task.script,
      generatorOf(task.asset),
    ),
  );
}

function reveal(task: RevealTask): Opened | null {
  return checked(task.asset, () =>
    wally.asset_unblind_with_nonce(
      task.sharedNonce,
      task.rangeproof,
      task.value,
      task.script,
      generatorOf(task.asset),
    ),
  );
}

/** The asset and its blinder are only a message inside the proof: they count if they make the commitment. */
function checked(
  field: Bytes,
  unblind: () => [asset: Bytes, assetBlinder: Bytes, amountBlinder: Bytes, value: bigint],
): Opened | null {
  try {
    const [asset, assetBlinder, amountBlinder, value] = unblind();
    const claimed = new Uint8Array(33);
    claimed[0] = 1;
    claimed.set(asset, 1);
    if (field[0] !== 1 && !equal(generatorOf(claimed, assetBlinder), field)) return null;
    return { asset, value, assetBlinder, amountBlinder };
  } catch {
    return null;
  }
}
