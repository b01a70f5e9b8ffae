import { SluiceError } from '../../../shared/errors.ts';
import { withJade } from '../../jade/index.ts';
import {
  chooseRoute,
  jadeMultisig,
  jadeName,
  jadePolicy,
  jadeSignatures,
  registerJade,
  requireCosigner,
  signedBy,
  takesOtherRoute,
  type JadeTreasury,
} from '../../signing/index.ts';
import type { Carry } from './carry.ts';
import type { Check } from './check.ts';
import { noAmp0OnJade } from './prepare.ts';
import type { Records, SpendRecord } from './records.ts';
import { nextOf } from './stage.ts';
import type { SpendsDeps } from './types.ts';

export type WithJadeDeps = SpendsDeps & { records: Records; check: Check; carry: Carry };

/** Custody wallets whose key is in a Jade: it is taught their multisig, and signs their spends. */
export function createWithJade(deps: WithJadeDeps) {
  const { store, liquid, wallets, records, carry, emit } = deps;
  /** Jades that went away during `sign_psbt`: the other way is taken with them from then on. */
  const wentAway = new Set<string>();

  async function treasuryOf(walletId: string): Promise<JadeTreasury> {
    const wallet = wallets.record(walletId);
    if (wallet.kind === 'amp0') throw noAmp0OnJade();
    const { descriptor, network } = await wallets.policy(walletId);
    const policy = jadePolicy(await liquid.readDescriptor(descriptor, network), network);
    return { name: jadeName(wallet.name), policy, genesisHash: await wallets.genesisHash() };
  }

  async function register(walletId: string, port: string, actor: string): Promise<{ name: string }> {
    const treasury = await treasuryOf(walletId);
    if (!jadeMultisig(treasury)) {
      throw new SluiceError('NOT_ALLOWED', 'A wallet of one key needs no registration on a Jade.', {
        next: 'Go on: the Jade knows its own addresses.',
      });
    }
    const name = await withJade(deps.jades, port, async (session) => {
      await requireCosigner(session, treasury.policy);
      return registerJade(session, treasury);
    });
    store.tx(() =>
      store.audit({
        type: 'custody.registered-on-jade',
        subject: `wallet:${walletId}`,
        actor,
        data: { name },
      }),
    );
    return { name: name ?? treasury.name };
  }

  function require(spendId: string): SpendRecord {
    const spend = records.find(spendId);
    if (spend) return spend;
    throw new SluiceError('NOT_FOUND', 'There is no such spend.', { next: 'Look at the list of spends.' });
  }

  async function sign(spendId: string, port: string, actor: string): Promise<void> {
    const treasury = await treasuryOf(require(spendId).walletId);
    await carry.cosignFirst(spendId);
    const spend = require(spendId);
    const wallet = wallets.record(spend.walletId);
    if (nextOf(spend, records.steps(spendId), wallet.kind) !== 'user') {
      throw new SluiceError('OPERATION_STATE', `“${spend.title}” does not wait for a signature.`, {
        next: 'Look at the spend: it is signed already, or over.',
      });
    }
    await deps.check.require(spend);
    await withJade(deps.jades, port, async (session) => {
      const fingerprint = await requireCosigner(session, treasury.policy);
      if (fingerprint !== wallet.fingerprint) {
        throw new SluiceError(
          'NOT_ALLOWED',
          `The Jade ${fingerprint} does not hold the key of “${wallet.name}”.`,
          {
            next: `Attach the Jade with the key ${wallet.fingerprint ?? 'of this wallet'}.`,
          },
        );
      }
      const multisig = await registerJade(session, treasury);
      const chosen = chooseRoute('auto', wentAway.has(fingerprint));
      emit('jade.changed', { port, sentence: chosen.why });
      const given = await jadeSignatures(
        liquid,
        session,
        treasury,
        // Without what the cosigner may have signed already: a Jade has to check its own part only.
        { seq: 1, pset: spend.pset, outputs: records.outputs(spendId) },
        fingerprint,
        multisig,
        chosen.route,
      ).catch((error: unknown) => {
        if (takesOtherRoute(error)) wentAway.add(fingerprint);
        throw error;
      });
      const signedPset = await carry.withUser(spend, fingerprint, given);
      const how = await signedBy(session, chosen.route);
      store.tx(() => carry.keepUser(spend, signedPset, how, actor));
    });
    carry.changed(spend);
    deps.checkpoint('custody:signed');
  }

  return {
    register,
    async sign(spendId: string, port: string, actor: string): Promise<void> {
      await carry.alone(spendId, () => sign(spendId, port, actor));
      await carry.on(spendId);
    },
  };
}
