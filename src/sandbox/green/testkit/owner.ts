import { randomBytes } from 'node:crypto';
import {
  WALLY,
  ZERO32,
  concat,
  fromHex,
  hash160,
  multisigScript,
  sha256d,
  toHex,
  wally,
} from '../../crypto/index.ts';
import type { Bytes } from '../../crypto/index.ts';
import type { GreenServer } from '../index.ts';
import { Refused } from './client.ts';
import type { Client } from './client.ts';

/** What makes a step of a path hardened. */
export const HARD = 0x8000_0000;

type Key = ReturnType<typeof wally.bip32_key_from_seed>;

export interface LoginData {
  gait_path: string;
  wo_blob_key?: string;
  subaccounts: { pointer: number; type: string; receiving_id: string; required_ca: number }[];
  client_blob_hmac: string;
}

/** Somebody with a seed. */
export class TestOwner {
  readonly root: Key;
  readonly masterBlindingKey: Bytes;

  constructor(seed: Bytes = new Uint8Array(randomBytes(32))) {
    this.root = wally.bip32_key_from_seed(seed, WALLY.TEST_PRIVATE, 0);
    this.masterBlindingKey = Uint8Array.from(wally.asset_blinding_key_from_seed(concat(seed, seed))).slice(
      32,
    );
  }

  get pubkey(): Bytes {
    return Uint8Array.from(wally.bip32_key_get_pub_key(this.root));
  }

  get loginAddress(): string {
    return wally.base58_from_bytes(concat(Uint8Array.of(235), hash160(this.pubkey)), 1);
  }

  key(...path: number[]): Key {
    return wally.bip32_key_from_parent_path(this.root, path, WALLY.KEY_PRIVATE);
  }

  secret(...path: number[]): Bytes {
    return Uint8Array.from(wally.bip32_key_get_priv_key(this.key(...path)));
  }

  xpub(pointer: number): string {
    return wally.bip32_key_to_base58(this.key(HARD + 3, HARD + pointer), WALLY.KEY_PUBLIC);
  }

  register(client: Client): Promise<boolean> {
    const gait = toHex(sha256d(this.pubkey));
    return client.call(
      'login.register',
      toHex(this.pubkey),
      toHex(wally.bip32_key_get_chain_code(this.root)),
      'test',
      gait + gait,
    );
  }

  answer(challenge: string): string {
    const message = Buffer.from(`greenaddress.it      login ${challenge}`);
    const head = Buffer.from('\x18Bitcoin Signed Message:\n', 'latin1');
    const hash = sha256d(head, Uint8Array.of(message.length), message);
    const compact = wally.ec_sig_from_bytes(this.secret(1_195_487_518), hash, WALLY.ECDSA);
    return toHex(wally.ec_sig_to_der(compact));
  }

  async login(client: Client): Promise<LoginData> {
    await this.register(client);
    const challenge = await client.call<string>('login.get_trezor_challenge', this.loginAddress, true);
    const data = await client.call<LoginData | false>(
      'login.authenticate',
      this.answer(challenge),
      true,
      'GA',
      '',
      'test',
    );
    if (data === false) throw new Refused('login');
    return data;
  }

  blindingKey(script: Bytes): Bytes {
    return Uint8Array.from(
      wally.asset_blinding_key_to_ec_private_key(concat(ZERO32, this.masterBlindingKey), script),
    );
  }
}

/** The address's keys as its owner works them out from the server's root key alone. */
export function expectedScript(
  green: Pick<GreenServer, 'serverPubkey' | 'serverChainCode'>,
  gaitPath: string,
  account: { owner: TestOwner; pointer: number },
  index: number,
): Bytes {
  const gait = Buffer.from(gaitPath, 'hex');
  const steps = Array.from({ length: 32 }, (_, i) => gait.readUInt16BE(2 * i));
  const root = wally.bip32_key_init(
    0x043587cf,
    0,
    0,
    fromHex(green.serverChainCode),
    fromHex(green.serverPubkey),
    null,
    null,
    null,
  );
  const server = wally.bip32_key_from_parent_path(
    root,
    [3, ...steps, account.pointer, index],
    WALLY.KEY_PUBLIC,
  );
  const owner = wally.bip32_key_from_parent_path(
    wally.bip32_key_from_base58(account.owner.xpub(account.pointer)),
    [1, index],
    WALLY.KEY_PUBLIC,
  );
  return multisigScript(2, [wally.bip32_key_get_pub_key(server), wally.bip32_key_get_pub_key(owner)]);
}
