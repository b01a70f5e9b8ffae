import { SluiceError } from '../../shared/errors.ts';
import { join } from './bytes.ts';
import { answerInvalid, TakeOtherRoute } from './errors.ts';
import type { JadeLink } from './link.ts';
import { padded, PIECE, signaturesFor, unpadded } from './pset-size.ts';
import type { JadeNetwork } from './types.ts';

/** Codes of a device that went away, by unplugging or by falling over. */
const GONE = new Set(['JADE_LOST', 'JADE_TIMEOUT']);
/** What a signed PSET may be longer than the unsigned one, bytes: far more than signatures of 300 inputs. */
const MOST_GROWTH = 128 * 1024;

/**
 * `sign_psbt`: the PSET in one request, the signed one back in pieces. Throws TakeOtherRoute (JADE_LOST, JADE_TIMEOUT)
 * when the device goes away meanwhile.
 */
export async function signPsbt(
  link: JadeLink,
  network: JadeNetwork,
  pset: Uint8Array,
  fingerprint: string,
): Promise<Uint8Array> {
  const signatures = signaturesFor(pset, fingerprint);
  if (signatures === 0) {
    throw new SluiceError(
      'SIGNING_FAILED',
      `No input of this transaction belongs to the Jade ${fingerprint}.`,
      {
        next: 'Check which Jade is attached, and whether its wallet is the one that was registered for this treasury.',
      },
    );
  }
  try {
    return unpadded(await pieces(link, network, padded(pset, signatures)));
  } catch (error) {
    if (error instanceof SluiceError && GONE.has(error.code)) throw new TakeOtherRoute(error);
    throw error;
  }
}

function pieces(link: JadeLink, network: JadeNetwork, psbt: Uint8Array): Promise<Uint8Array> {
  return link.flow(async (command) => {
    let reply = await command('sign_psbt', { network, psbt });
    const origid = reply.id;
    const total = reply.seqlen ?? 1;
    const parts: Uint8Array[] = [];
    for (let number = 1; ; number += 1) {
      const { result, seqnum = 1, seqlen = 1 } = reply;
      if (!(result instanceof Uint8Array) || seqnum !== number || seqlen !== total) {
        throw answerInvalid('the pieces of the signed PSET do not fit together');
      }
      parts.push(result);
      if (number * PIECE > psbt.length + MOST_GROWTH) throw answerInvalid('the signed PSET does not end');
      if (number >= total) return join(parts);
      reply = await command('get_extended_data', {
        origid,
        orig: 'sign_psbt',
        seqnum: number + 1,
        seqlen: total,
      });
    }
  });
}
