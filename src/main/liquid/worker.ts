/** Entry of a worker thread: all calls into wallycore and LWK happen here, one at a time. */
import { parentPort } from 'node:worker_threads';
import { SluiceError } from '../../shared/errors.ts';
import { sealNetwork } from '../seal/index.ts';
import { readAddress, writeAddress } from './address.ts';
import { balance, commit, prove, proveInputs, rehearse, verifyDeclared } from './confidential.ts';
import { antiExfilCommit, antiExfilVerify } from './anti-exfil.ts';
import { amp0Descriptor, amp2Descriptor, amp2Elip153, singleDescriptor } from './custody-descriptors.ts';
import { amp0Root, custodyKeys, signAmp0Challenge } from './custody-keys.ts';
import { readDescriptor } from './descriptor-witness.ts';
import { liquidUnavailable } from './errors.ts';
import { sign, treasuryKeys } from './keys.ts';
import { nonces, unblind, verifyClaims } from './opening.ts';
import { addresses, descriptors } from './policy.ts';
import type { Reply, TaskArgs, TaskKind, TaskMessage, TaskResult } from './protocol.ts';
import { accountKeys, newMnemonic } from './seed.ts';
import { signHashes, verifySignatures } from './ecdsa.ts';

// Proofs and signatures are worked out here and nothing else: these threads have no business on a network, of any role.
sealNetwork();

type Handlers = { [K in TaskKind]: (args: TaskArgs<K>) => TaskResult<K> };

const handlers: Handlers = {
  warm: () => {
    rehearse();
    return null;
  },
  balance,
  prove,
  proveInputs,
  commit,
  verifyDeclared,
  newMnemonic,
  treasuryKeys,
  accountKeys,
  descriptors,
  addresses,
  readDescriptor,
  custodyKeys,
  singleDescriptor,
  amp2Descriptor,
  amp2Elip153,
  amp0Descriptor,
  signAmp0Challenge,
  amp0Root,
  readAddress,
  writeAddress,
  verifyClaims,
  nonces,
  unblind,
  signHashes,
  verifySignatures,
  antiExfilCommit,
  antiExfilVerify,
  sign,
};

/** Tasks that hold a secret: what a library says about them is kept to ourselves. */
const SECRET: ReadonlySet<TaskKind> = new Set([
  'newMnemonic',
  'treasuryKeys',
  'accountKeys',
  'descriptors',
  'addresses',
  'readDescriptor',
  'custodyKeys',
  'singleDescriptor',
  'amp2Descriptor',
  'amp2Elip153',
  'amp0Descriptor',
  'signAmp0Challenge',
  'amp0Root',
  'proveInputs',
  'nonces',
  'unblind',
  'signHashes',
  'sign',
]);

/** Messages of wasm-bindgen objects after a panic: the instance is of no more use. */
const PANICKED =
  /unreachable|null pointer passed to rust|recursive use of an object|memory access out of bounds/;

function refusal(id: number, kind: TaskKind, error: unknown): Reply {
  if (error instanceof SluiceError) return { id, ok: false, outcome: 'refused', error: error.toShape() };
  const said = error instanceof Error ? error.message : String(error);
  const broken = error instanceof WebAssembly.RuntimeError || PANICKED.test(said);
  const detail = SECRET.has(kind) ? '' : ` (${said.slice(0, 200)})`;
  const shape = liquidUnavailable(`The Liquid library failed at “${kind}”${detail}.`).toShape();
  return { id, ok: false, outcome: broken ? 'broken' : 'refused', error: shape };
}

function answer<K extends TaskKind>({ id, kind, args }: TaskMessage<K>): Reply {
  try {
    return { id, ok: true, result: handlers[kind](args) };
  } catch (error) {
    return refusal(id, kind, error);
  }
}

parentPort?.on('message', (message: TaskMessage) => parentPort?.postMessage(answer(message)));
