import type { Args, Emit, Result } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { ElementsNode } from '../elements/types.ts';
import { withJade, type Jades } from '../jade/index.ts';
import type { Liquid } from '../liquid/types.ts';
import type { BatchRecord, Records } from '../operations/index.ts';
import {
  chooseRoute,
  jadeSignatures,
  registeredName,
  requireCosigner,
  signedBy,
  takesOtherRoute,
  type JadeTreasury,
} from '../signing/index.ts';
import type { Store } from '../store/types.ts';
import type { Arrangements } from './arrangements.ts';
import type { Content } from './content.ts';
import type { Keeping } from './keeping.ts';
import type { Waiting } from './waiting.ts';

export interface WithJadeDeps {
  store: Store;
  records: Records;
  node: ElementsNode;
  liquid: Liquid;
  jades: Jades;
  arrangements: Arrangements;
  waiting: Waiting;
  content: Content;
  keeping: Keeping;
  emit: Emit;
}

/** Signs what waits on a Jade: this desk's own checks first, each signature verified and kept before the next is asked for. */
export function createJadeSigning(deps: WithJadeDeps) {
  /** Jades that went away during `sign_psbt`: the other way is taken with them from then on. */
  const wentAway = new Set<string>();

  return async function sign(
    { operationId, port, route: wanted = 'auto' }: Args<'signing.withJade'>,
    actor: string,
  ): Promise<Result<'signing.withJade'>> {
    const round = deps.waiting.require(operationId);
    const { review } = await deps.content.reviewed(round);
    if (!review.ok) {
      const wrong = review.checks.filter(({ verdict }) => verdict === 'wrong');
      throw new SluiceError(
        'REVIEW_FAILED',
        `This must not be signed. ${wrong.map(({ title, evidence }) => `${title}: no. ${evidence}`).join(' ')}`,
        { next: 'Cancel the operation, and find out how it came about.' },
      );
    }
    const [policy, genesisHash] = await Promise.all([
      deps.arrangements.policy(round.arrangement),
      deps.node.genesisHash(),
    ]);
    const treasury: JadeTreasury = { name: round.arrangement.name, policy, genesisHash };
    return withJade(deps.jades, port, async (session) => {
      const fingerprint = await requireCosigner(session, policy);
      const cosigner = round.arrangement.cosigners.find((each) => each.fingerprint === fingerprint);
      if (!cosigner) throw new Error('A key of the policy is no cosigner.');
      const multisigName = await registeredName(session, treasury);
      const chosen = chooseRoute(wanted, wentAway.has(fingerprint));
      deps.emit('jade.changed', { port, sentence: chosen.why });
      let signed = 0;
      for (const batch of deps.waiting.lacking(round.batches, cosigner)) {
        const transaction = transactionOf(batch);
        const given = await jadeSignatures(
          deps.liquid,
          session,
          treasury,
          transaction,
          fingerprint,
          multisigName,
          chosen.route,
        ).catch((error: unknown) => {
          if (takesOtherRoute(error)) wentAway.add(fingerprint);
          throw error;
        });
        const verified = await deps.keeping.verify(batch, cosigner, given);
        const how = await signedBy(session, chosen.route);
        deps.store.tx(() => deps.keeping.keep(verified, how, actor));
        deps.keeping.told(operationId);
        signed += 1;
      }
      return { signed, ...chosen };
    });
  };

  function transactionOf(batch: BatchRecord) {
    return {
      seq: batch.seq,
      pset: deps.records.papers(batch.id).pset ?? '',
      outputs: deps.records.outputs(batch.id).map((output) => ({ ...output, value: output.amount })),
    };
  }
}
