import type { Bytes } from '../crypto/index.ts';
import type { Flow } from './conversation.ts';
import type { Core } from './core.ts';
import { CODE, Crash, DeviceError, Gone, badParameters } from './errors.ts';
import { liquidOf } from './networks.ts';
import { bytesOf, type Params } from './params.ts';
import { beginLiquidTx, signPsbt, type SigningDevice } from './signing/index.ts';

/** Longest piece of a reply, bytes. */
export const CHUNK = 3008;

function signingDevice(core: Core, params: Params): SigningDevice {
  const network = liquidOf(core.network(params));
  const { wallet } = core;
  return {
    network,
    keyAt: (path) => wallet.keyAt(path),
    fingerprint: wallet.fingerprint,
    multisigs: () => core.memory.records(),
    prompt: (lines) => core.panel.confirm(lines),
  };
}

/** `sign_psbt`: the signed PSET in pieces, which the host fetches with `get_extended_data`. */
export async function signPset(core: Core, flow: Flow): Promise<never> {
  const { id: origid, params } = flow;
  const device = signingDevice(core, params);
  const psbt = bytesOf(params['psbt']);
  if (!psbt) throw badParameters('Failed to extract psbt bytes from passed parameters');
  const signed = await signPsbt(device, psbt);
  // The firmware counts one piece too many here, and stops at its own check of that.
  if (signed.length % CHUNK === 0 && core.options.chunkFault !== false) throw new Crash();
  const seqlen = Math.ceil(signed.length / CHUNK);
  for (let seqnum = 1; ; seqnum += 1) {
    const piece = signed.slice((seqnum - 1) * CHUNK, seqnum * CHUNK);
    flow.reply(piece, { seqnum, seqlen });
    if (seqnum === seqlen) throw new Gone();
    await flow.next('get_extended_data');
    const asked = flow.params;
    const fits =
      asked['origid'] === origid &&
      asked['orig'] === 'sign_psbt' &&
      asked['seqnum'] === seqnum + 1 &&
      asked['seqlen'] === seqlen;
    if (!fits) throw new DeviceError(CODE.protocol, 'Mismatched fields in get_extended_data message');
  }
}

/** `sign_liquid_tx`, then `tx_input` and `get_signature` for every input. */
export async function signLiquidTx(core: Core, flow: Flow): Promise<Bytes> {
  const { params } = flow;
  const tx = await beginLiquidTx(signingDevice(core, params), params);
  flow.reply(true);
  for (let i = 0; i < tx.inputs; i += 1) {
    await flow.next('tx_input');
    flow.reply(await tx.txInput(flow.params));
  }
  let signature: Bytes | null = null;
  for (let i = 0; i < tx.inputs; i += 1) {
    if (signature) flow.reply(signature);
    await flow.next('get_signature');
    signature = await tx.getSignature(flow.params);
  }
  return signature ?? new Uint8Array(0);
}
