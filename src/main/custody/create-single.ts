import type { Args } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { DescriptorFacts } from '../liquid/index.ts';
import type { CustodyDeps } from './deps.ts';
import { ownKey, type OwnKey } from './own-key.ts';
import type { TakingUp } from './taking-up.ts';

/**
 * A plain Liquid wallet of one key. Returns its id. Throws DESCRIPTOR_INVALID for a descriptor of several keys,
 * INVALID_ARGUMENT for a key that the descriptor does not hold, and what `ownKey` throws.
 */
export async function createSingle(
  deps: Pick<CustodyDeps, 'store' | 'liquid' | 'network' | 'jades' | 'offeredKeys'> & { takingUp: TakingUp },
  args: Args<'custody.createSingle'>,
  actor: string,
): Promise<string> {
  const { liquid, network, takingUp } = deps;
  if (args.key === undefined && args.descriptor === undefined) {
    throw new SluiceError('INVALID_ARGUMENT', 'A wallet is made of a key, or watched by its descriptor.', {
      next: 'Choose where the key is, or paste a descriptor.',
      field: 'key',
    });
  }
  const key = args.key === undefined ? null : await ownKey(deps, args.key);
  const descriptor =
    args.descriptor?.trim() ??
    (key
      ? await liquid.singleDescriptor(
          { fingerprint: key.fingerprint, ...key.single },
          key.masterBlindingKey,
          network,
        )
      : '');
  const facts = await liquid.readDescriptor(descriptor, network);
  const [held] = facts.keys;
  if (facts.keys.length !== 1 || held === undefined) {
    throw new SluiceError(
      'DESCRIPTOR_INVALID',
      `That descriptor is of ${facts.keys.length} keys; a plain wallet has one.`,
      { next: 'Take a 2-of-2 with AMP2 up as an AMP2 wallet.', field: 'descriptor' },
    );
  }
  if (key) refuseForeignKey(facts, key);
  takingUp.refuseHeld(facts);
  const id = takingUp.newId();
  return takingUp.orForget(id, async () => {
    await takingUp.keepSecrets(id, facts.descriptor, key?.seed ?? null);
    deps.store.tx(() =>
      takingUp.insert(
        {
          id,
          kind: 'single',
          place: args,
          facts,
          key: key ?? { kind: 'none', fingerprint: null, peerId: null },
          serverKey: null,
          registeredAt: null,
          caution: null,
          fresh: key?.fresh ?? false,
        },
        actor,
      ),
    );
    return id;
  });
}

/** A key that is said to sign for a descriptor has to be in it. */
export function refuseForeignKey(facts: DescriptorFacts, key: Pick<OwnKey, 'fingerprint'>): void {
  if (facts.keys.some(({ fingerprint }) => fingerprint === key.fingerprint)) return;
  const named = facts.keys.map(({ fingerprint }) => fingerprint).join(', ');
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `The descriptor does not hold the key ${key.fingerprint}; it names ${named}.`,
    {
      next: 'Choose the key that belongs to it, or take the wallet up without a key, to watch it.',
      field: 'key',
    },
  );
}
