import { withJade, type Jades, type JadeSession } from '../jade/index.ts';
import type { Liquid, LiquidNetwork } from '../liquid/index.ts';
import {
  chooseRoute,
  jadeName,
  jadeSignatures,
  registerJade,
  requireCosigner,
  takesOtherRoute,
  type JadeTransaction,
  type JadeTreasury,
  type SignRequest,
} from '../signing/index.ts';
import type { AttachedJade } from '../signer/index.ts';

const HARDENED = 0x8000_0000;
/** Registered coin types (SLIP-44): Liquid, and any test network. */
const COIN_TYPE: Record<LiquidNetwork, number> = { liquidv1: 1776, liquidtestnet: 1, regtest: 1 };

/** The Jades at a signer, as it uses them: their public keys for a desk, and their hand for a request. */
export function attachedJade(deps: { jades: Jades; liquid: Liquid; network: LiquidNetwork }): AttachedJade {
  const { jades, liquid, network } = deps;

  async function account(session: JadeSession, steps: readonly number[]) {
    const path = steps.map((step) => `${step}'`).join('/');
    return { path, xpub: await session.xpub(steps.map((step) => step + HARDENED)) };
  }

  return {
    accounts: (port) =>
      withJade(jades, port, async (session) => ({
        fingerprint: await session.fingerprint(),
        // BIP84 for a treasury of this key alone, BIP48 (native segwit) for one of several.
        single: await account(session, [84, COIN_TYPE[network], 0]),
        multi: await account(session, [48, COIN_TYPE[network], 0, 2]),
        masterBlindingKey: await session.masterBlindingKey(),
      })),
    async signing(port, { name, policy, genesisHash }, request, work) {
      const treasury: JadeTreasury = { name: jadeName(name), policy, genesisHash };
      let wentAway = false;
      return work({
        fingerprint: await withJade(jades, port, (session) => requireCosigner(session, policy)),
        async sign({ pset, batchId }) {
          const transaction = transactionOf(request, batchId, pset);
          const once = () =>
            withJade(jades, port, async (session) => {
              const fingerprint = await requireCosigner(session, policy);
              const multisig = await registerJade(session, treasury);
              const { route } = chooseRoute('auto', wentAway);
              return jadeSignatures(liquid, session, treasury, transaction, fingerprint, multisig, route);
            });
          try {
            return await liquid.insertSignatures(pset, await once());
          } catch (error) {
            // A Jade that cannot hold the whole PSET falls over; it is asked again, output by output.
            if (wentAway || !takesOtherRoute(error)) throw error;
            wentAway = true;
            return liquid.insertSignatures(pset, await once());
          }
        },
      });
    },
  };
}

function transactionOf(request: SignRequest, batchId: string, pset: string): JadeTransaction {
  const found = request.transactions.find((transaction) => transaction.batchId === batchId);
  return {
    seq: found?.seq ?? 0,
    pset,
    outputs: (found?.outputs ?? []).map((output) => {
      const open = output.role === 'fee' || output.blindingPubkey === null;
      return {
        vout: output.vout,
        assetId: output.assetId,
        value: output.value,
        assetBlinder: open ? null : output.assetBlinder,
        amountBlinder: open ? null : output.amountBlinder,
        blindingPubkey: output.blindingPubkey,
      };
    }),
  };
}
