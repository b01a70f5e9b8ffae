import { sameMultisig, withJade, type JadeMultisig, type Jades, type JadeSession } from '../jade/index.ts';
import type { LiquidNetwork } from '../liquid/index.ts';
import type { AttachedJade, SignerTreasury } from '../signer/index.ts';

const HARDENED = 0x8000_0000;
/** Registered coin types (SLIP-44): Liquid, and any test network. */
const COIN_TYPE: Record<LiquidNetwork, number> = { liquidv1: 1776, liquidtestnet: 1, regtest: 1 };

/** The Jades at a signer, as it uses them: their public keys for a desk, and their hand for a request. */
export function attachedJade({ jades, network }: { jades: Jades; network: LiquidNetwork }): AttachedJade {
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
    signing: (port, treasury, _request, work) =>
      withJade(jades, port, async (session) => {
        if (treasury.policy.keys.length > 1) await register(session, treasury);
        return work({
          fingerprint: await session.fingerprint(),
          async sign({ pset }) {
            const signed = await session.signPset(new Uint8Array(Buffer.from(pset, 'base64')));
            return Buffer.from(signed).toString('base64');
          },
        });
      }),
  };
}

/** A Jade judges change by a multisig that it was taught; one that knows it already is not asked again. */
async function register(session: JadeSession, { name, policy }: SignerTreasury): Promise<void> {
  const multisig: JadeMultisig = {
    name: name.replace(/[^!-~]/g, '-').slice(0, 15),
    threshold: policy.threshold,
    masterBlindingKey: policy.masterBlindingKey,
    signers: policy.keys.map(({ fingerprint, path, xpub }) => ({
      fingerprint,
      xpub,
      derivation: path
        .split('/')
        .map((step) => (/['h]$/.test(step) ? HARDENED : 0) + Number.parseInt(step, 10)),
    })),
  };
  const known = await session.multisigs();
  if (!known.some((record) => sameMultisig(record, multisig))) await session.registerMultisig(multisig);
}
