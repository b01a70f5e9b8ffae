import type { AreaHandlers, Arrangement } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { Post } from '../bundles/types.ts';
import type { TreasuryWallet } from '../elements/types.ts';
import { withJade } from '../jade/index.ts';
import { SECRET } from '../keychain/types.ts';
import type { DerivedAddress } from '../liquid/types.ts';
import {
  jadeMultisig,
  jadeName,
  pathSteps,
  registeredName,
  registerJade,
  requireCosigner,
} from '../signing/index.ts';
import { createArrangement, type CreateDeps } from './create.ts';

/** How long a signer may take in the treasury. */
const TREASURY_HOURS = 14 * 24;

export interface ArrangementDeps extends CreateDeps {
  wallet: TreasuryWallet;
  post: Post;
  /** What changed is told once a call is over. */
  changed: () => void;
}

/** Handlers of the area `arrangement`. */
export function createArrangementService(deps: ArrangementDeps): AreaHandlers<'arrangement'> {
  const { arrangements, wallet, liquid, store } = deps;

  function current(): Arrangement {
    const found = arrangements.of(wallet.name);
    if (found) return found;
    throw new SluiceError(
      'NOT_FOUND',
      'This treasury is not one of signers: its wallet holds its key, or this desk does.',
      {
        next: 'Make a treasury of the signers’ keys first.',
      },
    );
  }

  /** Where an address of the treasury stands, worked out again from its keys. */
  async function placeOf(arrangement: Arrangement, address: string): Promise<DerivedAddress> {
    const { desc, isMine } = await wallet.addressInfo(address);
    const origin = /\[[0-9a-f]{8}((?:\/\d+['h]?)+)\]/.exec(desc ?? '')?.[1] ?? '';
    const [chain, index] = pathSteps(origin.slice(1)).slice(-2);
    if (isMine && (chain === 0 || chain === 1) && index !== undefined) {
      const [place] = await liquid.addresses(await arrangements.policy(arrangement), chain, index, 1);
      if (place?.address === address) return place;
    }
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `“${address}” is not an address that the keys of this treasury give.`,
      {
        next: isMine
          ? 'Do not use it: the node’s wallet and the treasury’s keys disagree. Check the node.'
          : 'Take a fresh address from here.',
        field: 'address',
      },
    );
  }

  return {
    get: () => ({ arrangement: arrangements.of(wallet.name) }),

    async candidates() {
      const mnemonic = await deps.secrets.get(SECRET.treasuryMnemonic).catch(() => null);
      const own = mnemonic === null ? null : await liquid.accountKeys({ mnemonic }, deps.network);
      const paired = new Set(deps.post.peers().map(({ id }) => id));
      return {
        keys: [
          ...(own
            ? [
                {
                  kind: 'keychain' as const,
                  name: 'Key of this desk',
                  fingerprint: own.fingerprint,
                  peerId: null,
                },
              ]
            : []),
          ...deps.offered
            .list()
            .filter(({ peerId }) => paired.has(peerId))
            .map(({ kind, name, fingerprint, peerId }) => ({ kind, name, fingerprint, peerId })),
        ],
      };
    },

    async create(args, { actor }) {
      for (const each of args.cosigners) if (each.kind === 'signer') deps.post.peer(each.peerId);
      const made = await createArrangement(deps, args, actor);
      deps.changed();
      return made;
    },

    async send({ peerId }, { actor }) {
      const arrangement = current();
      const { id, name, threshold, cosigners } = arrangement;
      const { masterBlindingKey } = await arrangements.policy(arrangement);
      const [genesisHash, policyAsset] = await Promise.all([
        deps.node.genesisHash(),
        deps.node.policyAsset(),
      ]);
      return deps.post.send({
        kind: 'treasury',
        to: peerId,
        payload: {
          network: deps.network,
          name,
          genesisHash,
          policyAsset,
          threshold,
          masterBlindingKey,
          cosigners: cosigners.map((each) => ({
            name: each.name,
            kind: each.kind,
            fingerprint: each.fingerprint,
            path: each.path,
            xpub: each.xpub,
          })),
        },
        subject: `treasury:${id}`,
        name: `treasury-${name}`,
        hours: TREASURY_HOURS,
        actor,
      });
    },

    async registerOnJade({ port }, { actor }) {
      const arrangement = current();
      const policy = await arrangements.policy(arrangement);
      const treasury = { name: jadeName(arrangement.name), policy };
      if (!jadeMultisig(treasury)) {
        throw new SluiceError('NOT_ALLOWED', 'A treasury of one key needs no registration on a Jade.', {
          next: 'Go on: the Jade knows its own addresses.',
        });
      }
      const name = await withJade(deps.jades, port, async (session) => {
        await requireCosigner(session, policy);
        return (await registerJade(session, treasury)) ?? treasury.name;
      });
      store.tx(() =>
        store.audit({
          type: 'treasury.registered-on-jade',
          subject: `treasury:${arrangement.id}`,
          actor,
          data: { name },
        }),
      );
      return { name };
    },

    async address() {
      const arrangement = current();
      const { address, chain, index } = await placeOf(arrangement, await wallet.newAddress());
      return { address, chain, index };
    },

    async verifyOnJade({ port, address }) {
      const arrangement = current();
      const policy = await arrangements.policy(arrangement);
      const { chain, index } = await placeOf(arrangement, address);
      return withJade(deps.jades, port, async (session) => {
        const fingerprint = await requireCosigner(session, policy);
        const multisigName = await registeredName(session, { name: arrangement.name, policy });
        const account = policy.keys.find((key) => key.fingerprint === fingerprint)?.path ?? '';
        const shown = await session.address(
          multisigName === null
            ? { variant: 'wpkh(k)', path: [...pathSteps(account), chain, index] }
            : { multisigName, paths: policy.keys.map(() => [chain, index]) },
        );
        return { address: shown, same: shown === address };
      });
    },
  };
}
