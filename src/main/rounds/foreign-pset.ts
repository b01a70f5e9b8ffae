import type { AreaHandlers, Args, CallContext, Result } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { Liquid } from '../liquid/types.ts';
import type { Records } from '../operations/index.ts';
import type { Signatures } from '../signing/index.ts';
import type { Store } from '../store/types.ts';
import type { Keeping, Verified } from './keeping.ts';
import type { Waiting } from './waiting.ts';

const MAGIC = Buffer.from('pset\xff', 'latin1');
const HOW = 'by an unauthenticated PSET';

export interface ForeignPsetDeps {
  store: Store;
  records: Records;
  liquid: Liquid;
  signatures: Signatures;
  waiting: Waiting;
  keeping: Keeping;
  readQr: AreaHandlers<'qr'>['read'];
}

/** Bare PSETs out and in, for other wallets. They carry no allocation, and nobody vouches for what comes back but its signatures. */
export function createForeignPset(deps: ForeignPsetDeps) {
  const { records, liquid } = deps;

  async function base64Of(content: string, context: CallContext): Promise<string> {
    const bytes = Buffer.from(content, 'base64');
    if (bytes.subarray(0, MAGIC.length).equals(MAGIC)) return bytes.toString('base64');
    const text = bytes.toString('latin1').trim();
    const texts = text.split(/\s+/).filter((line) => line !== '');
    if (/^ur:/i.test(text)) {
      const read = await deps.readQr({ texts: texts.slice(0, 500) }, context);
      if (read.done && read.kind === 'pset' && read.content !== null) return read.content;
      throw invalid(
        read.done ? 'The UR does not hold a PSET.' : 'The UR is not complete.',
        'Give every part of it, one on each line.',
      );
    }
    const joined = texts.join('');
    if (/^[A-Za-z0-9+/]+={0,2}$/.test(joined) && Buffer.from(joined, 'base64').subarray(0, 5).equals(MAGIC))
      return joined;
    throw invalid('This is not a PSET.', 'Give the PSET as a file, as base64 text or as a UR text.');
  }

  return {
    async export({ batchId, format }: Args<'signing.exportPset'>): Promise<Result<'signing.exportPset'>> {
      const batch = records.batch(batchId);
      const { pset } = records.papers(batchId);
      if (!batch || pset === null) {
        throw new SluiceError('NOT_FOUND', 'This batch has no transaction to sign yet.', {
          next: 'Wait until it is built.',
        });
      }
      const whole = await liquid.insertSignatures(pset, deps.signatures.of(batchId));
      const binary = format === 'binary';
      return {
        fileName: `batch-${batch.seq}-${(batch.txid ?? '').slice(0, 8)}.${binary ? 'pset' : 'pset.txt'}`,
        content: binary ? whole : Buffer.from(whole).toString('base64'),
      };
    },

    async import(
      { operationId, content }: Args<'signing.importPset'>,
      context: CallContext,
    ): Promise<Result<'signing.importPset'>> {
      const { arrangement, batches } = deps.waiting.require(operationId);
      const pset = await base64Of(content, context);
      const { txid } = await liquid.factsOf(pset);
      const batch = batches.find((each) => each.txid === txid);
      if (!batch) {
        throw invalid(
          `That PSET is of the transaction ${txid}, for which no batch of this operation waits.`,
          'Sign a PSET that was exported here, and unchanged.',
        );
      }
      const own = records.papers(batch.id).pset ?? '';
      const [facts, found] = await Promise.all([liquid.factsOf(own), liquid.signaturesOf(pset)]);
      const wrong = found.find(({ valid }) => !valid);
      if (wrong) {
        throw new SluiceError(
          'SIGNING_FAILED',
          `The signature for input ${wrong.input + 1} is not one of this transaction by a key of the treasury.`,
          { next: 'Nothing was kept. Let the signer sign the exported PSET again.' },
        );
      }
      const verified: Verified[] = [];
      for (const cosigner of deps.waiting.lackingOf(batch, arrangement)) {
        // Whose a signature is follows from our own PSET, not from what the other one says.
        const given = found.filter(({ input, pubkey }) =>
          facts.inputs[input]?.keys.some(
            (key) => key.pubkey === pubkey && key.fingerprint === cosigner.fingerprint,
          ),
        );
        if (given.length > 0) verified.push(await deps.keeping.verify(batch, cosigner, given));
      }
      if (verified.length > 0) {
        deps.store.tx(() => {
          for (const each of verified) deps.keeping.keep(each, HOW, context.actor);
        });
        deps.keeping.told(operationId);
      }
      const names = verified.map(({ cosigner }) => cosigner.name).join(', ');
      return {
        batch: batch.seq,
        added: verified.length,
        sentence:
          verified.length === 0
            ? 'That PSET holds no signature that was missing.'
            : `Signed by ${names}; the signatures are verified. Nobody vouches for how they were asked for.`,
      };
    },
  };
}

function invalid(message: string, next: string): SluiceError {
  return new SluiceError('PSET_INVALID', message, { next, field: 'content' });
}
