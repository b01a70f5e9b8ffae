import { SluiceError } from '../../shared/errors.ts';
import { toHex } from './bytes.ts';
import { presentDevice } from './device.ts';
import {
  answerInvalid,
  developmentFirmware,
  locked,
  StaleFlow,
  tooOld,
  uninitialised,
  wrongNetwork,
} from './errors.ts';
import { fingerprintOf } from './fingerprint.ts';
import { fitsNetwork, isRecent, requireInfo, type JadeInfo } from './info.ts';
import type { JadeLink, Params } from './link.ts';
import { decodeMultisig, encodeMultisig, requireName, sameMultisig, treasuryNames } from './multisig.ts';
import { signLiquidTx } from './sign-liquid-tx.ts';
import { signPsbt } from './sign-psbt.ts';
import type { AntiExfil, JadeMultisig, JadeNetwork, JadePort, JadeSession } from './types.ts';
import { unlock } from './unlock.ts';

/** How long an answer may take that the firmware gives at once, ms. */
const AT_ONCE = 4000;
/** How long the wallet's fingerprint is waited for when it is only to be shown, ms. */
const FOR_SHOW = 5000;
const MOST_STEPS = 16;

export interface SessionContext {
  link: JadeLink;
  port: JadePort;
  network: JadeNetwork;
  antiExfil: AntiExfil;
  tell(sentence: string): void;
  entropy?: (() => Uint8Array) | undefined;
  leave(): Promise<void>;
}

/** Version and state, asked in the way that is answered even while a prompt is on the screen. Asked twice if need be. */
export async function askInfo(link: JadeLink): Promise<JadeInfo> {
  const ask = (): Promise<unknown> => link.ask('get_version_info', { nonblocking: true }, AT_ONCE);
  return requireInfo(
    await ask().catch((error: unknown) => (link.closed ? Promise.reject(error as Error) : ask())),
  );
}

/** Throws for a device that must not or cannot be used on this network. */
export function requireUsable(info: JadeInfo, port: JadePort, network: JadeNetwork): void {
  if (!isRecent(info)) throw tooOld(info.version);
  if (!fitsNetwork(info, network)) throw wrongNetwork();
  if (network === 'liquid' && info.genuine === false && !port.simulated) throw developmentFirmware();
}

/** The wallet's fingerprint for a list of devices: null when the device is locked or busy. */
export async function showFingerprint(
  link: JadeLink,
  info: JadeInfo,
  network: JadeNetwork,
): Promise<string | null> {
  if (info.state !== 'READY' || link.busy || !fitsNetwork(info, network)) return null;
  const ask = (): Promise<unknown> => link.ask('get_xpub', { network, path: [] }, FOR_SHOW);
  try {
    const xpub = await ask().catch((error: unknown) => {
      // What an earlier connection had left unfinished is gone with the first command.
      if (error instanceof StaleFlow) return ask();
      throw error;
    });
    return typeof xpub === 'string' ? fingerprintOf(xpub) : null;
  } catch (error) {
    if (error instanceof SluiceError) return null;
    throw error;
  }
}

/** The typed calls over a link. */
export function createSession(context: SessionContext): JadeSession {
  const { link, port, network, tell } = context;

  async function requireReady(): Promise<void> {
    const info = await askInfo(link);
    requireUsable(info, port, network);
    if (info.state === 'UNINIT') throw uninitialised();
    if (info.state !== 'READY') throw locked();
  }

  /** One command with the state asked before: a Jade may have locked itself since. */
  async function call(method: string, params?: Params): Promise<unknown> {
    await requireReady();
    return link.flow(async (command) => (await command(method, params)).result);
  }

  async function xpub(path: readonly number[]): Promise<string> {
    const sound =
      path.length <= MOST_STEPS &&
      path.every((step) => Number.isInteger(step) && step >= 0 && step <= 0xffff_ffff);
    if (!sound) {
      throw new SluiceError('INVALID_ARGUMENT', 'The derivation path is too long or has impossible steps.', {
        next: 'Use at most 16 steps.',
        field: 'path',
      });
    }
    const key = await call('get_xpub', { network, path: [...path] });
    if (typeof key !== 'string') throw answerInvalid('the key is no extended public key');
    fingerprintOf(key);
    return key;
  }

  const fingerprint = async (): Promise<string> => fingerprintOf(await xpub([]));

  return {
    port: port.path,
    async device() {
      const info = await askInfo(link);
      return presentDevice(port, info, network, await showFingerprint(link, info, network), link.busy);
    },
    async unlock(oracle) {
      const info = await askInfo(link);
      requireUsable(info, port, network);
      await unlock({ link, network, oracle, tell }, info);
    },
    fingerprint,
    xpub,
    async masterBlindingKey() {
      tell('If the Jade asks whether to give out the blinding key, confirm it there.');
      const key = await call('get_master_blinding_key', { only_if_silent: false });
      if (!(key instanceof Uint8Array) || key.length !== 32) {
        throw answerInvalid('the master blinding key is not 32 bytes');
      }
      return toHex(key);
    },
    async multisigs() {
      const found: JadeMultisig[] = [];
      for (const name of treasuryNames(await call('get_registered_multisigs'))) {
        try {
          const record = decodeMultisig(
            await call('get_registered_multisig', { multisig_name: name, as_file: false }),
          );
          if (record) found.push(record);
        } catch (error) {
          // A record from before firmware 1.0.23 cannot be told in full: it is none that can be compared.
          if (!(error instanceof SluiceError) || error.code !== 'JADE_REFUSED') throw error;
        }
      }
      return found;
    },
    async registerMultisig(multisig) {
      const descriptor = encodeMultisig(multisig);
      const own = await fingerprint();
      if (!multisig.signers.some((signer) => signer.fingerprint === own)) {
        throw new SluiceError('JADE_REFUSED', `The Jade ${own} is not a cosigner of this treasury.`, {
          next: 'Attach the Jade that is, or unlock it with the wallet (passphrase) that is.',
        });
      }
      tell(`Compare the treasury “${multisig.name}” on the Jade and confirm it there.`);
      const done = await call('register_multisig', { network, multisig_name: multisig.name, descriptor });
      if (done !== true) throw answerInvalid('it did not register the multisig');
      const kept = decodeMultisig(
        await call('get_registered_multisig', { multisig_name: multisig.name, as_file: false }),
      );
      if (!kept || !sameMultisig(kept, multisig)) {
        throw answerInvalid('it kept another multisig than the one it was given');
      }
      tell(`The treasury “${multisig.name}” is registered.`);
    },
    async address(of) {
      const what =
        'multisigName' in of
          ? { multisig_name: of.multisigName, paths: of.paths.map((path) => [...path]) }
          : { variant: of.variant, path: [...of.path] };
      if ('multisigName' in of) requireName(of.multisigName);
      tell('Compare the address on the Jade with the one on this screen, then confirm it there.');
      const address = await call('get_receive_address', { network, ...what });
      if (typeof address !== 'string' || !/^[0-9A-Za-z]{20,300}$/.test(address)) {
        throw answerInvalid('what it shows is no address');
      }
      return address;
    },
    async signPset(pset) {
      const own = await fingerprint();
      tell('Check the recipients and the fee on the Jade. To stop, reject it there.');
      await requireReady();
      const signed = await signPsbt(link, network, pset, own);
      tell('The Jade has signed.');
      return signed;
    },
    async signLiquidTx(tx) {
      await requireReady();
      const { antiExfil, entropy } = context;
      const signed = await signLiquidTx(
        { link, network, antiExfil, tell, ...(entropy === undefined ? {} : { entropy }) },
        tx,
      );
      tell('The Jade has signed.');
      return signed;
    },
    close: () => context.leave(),
  };
}
