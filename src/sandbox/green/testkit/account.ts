import {
  ZERO32,
  fromHex,
  hash160,
  p2sh,
  p2wsh,
  toDisplay,
  toHex,
  valueOf,
  wally,
} from '../../crypto/index.ts';
import type { Bytes, TxOutput } from '../../crypto/index.ts';
import { Client } from './client.ts';
import { TestOwner } from './owner.ts';
import type { World } from './world.ts';

export interface TestAddress {
  index: number;
  witnessScript: Bytes;
  script: Bytes;
  address: string;
}

export interface TestCoin {
  txid: string;
  vout: number;
  at: TestAddress;
  output: TxOutput;
  asset: string;
  value: bigint;
  assetBlinder: Bytes;
  amountBlinder: Bytes;
}

/** One account of an owner: what a wallet would do, by hand. */
export class TestAccount {
  readonly owner: TestOwner;
  readonly pointer: number;
  readonly gaid: string;
  readonly client: Client;
  readonly addresses: TestAddress[] = [];

  constructor(owner: TestOwner, pointer: number, gaid: string, client: Client) {
    this.owner = owner;
    this.pointer = pointer;
    this.gaid = gaid;
    this.client = client;
  }

  /** A new owner with an account, logged in. */
  static async create(world: World, owner = new TestOwner(), pointer = 1): Promise<TestAccount> {
    const client = await Client.welcomed(world);
    await owner.login(client);
    const gaid = await client.call<string>(
      'txs.create_subaccount_v2',
      pointer,
      '',
      '2of2_no_recovery',
      [owner.xpub(pointer)],
      [''],
    );
    return new TestAccount(owner, pointer, gaid, client);
  }

  async address(): Promise<TestAddress> {
    const issued = await this.client.call<{ pointer: number; script: string }>(
      'vault.fund',
      this.pointer,
      true,
      'p2wsh',
    );
    const address = this.addressOf(issued.pointer, fromHex(issued.script));
    this.addresses.push(address);
    return address;
  }

  addressOf(index: number, witnessScript: Bytes): TestAddress {
    const script = p2sh(hash160(p2wsh(witnessScript)));
    const pubkey = wally.ec_public_key_from_private_key(this.owner.blindingKey(script));
    const plainAddress = wally.scriptpubkey_to_address(script, 4);
    const address = wally.confidential_addr_from_addr(plainAddress, 4, pubkey);
    return { index, witnessScript, script, address };
  }

  /** As many new addresses for issuers. */
  async upload(count: number): Promise<TestAddress[]> {
    const made: TestAddress[] = [];
    for (let i = 0; i < count; i++) made.push(await this.address());
    await this.client.call(
      'txs.upload_authorized_assets_confidential_address',
      this.pointer,
      made.map((one) => one.address),
    );
    return made;
  }

  /** What a transaction paid to this account. */
  async received(world: World, txid: string): Promise<TestCoin[]> {
    const found = await world.amp.context.chain.transaction(txid);
    const coins: TestCoin[] = [];
    for (const [vout, output] of (found?.tx.outputs ?? []).entries()) {
      const at = this.addresses.find((one) => toHex(one.script) === toHex(output.script));
      if (!at) continue;
      const value = valueOf(output.value);
      if (value !== null) {
        const asset = toDisplay(output.asset.slice(1));
        coins.push({ txid, vout, at, output, asset, value, assetBlinder: ZERO32, amountBlinder: ZERO32 });
        continue;
      }
      const opened = await world.pool.open({ ...output, blindingKey: this.owner.blindingKey(at.script) });
      if (!opened) throw new Error('cannot open what was received');
      coins.push({ txid, vout, at, output, ...opened, asset: toDisplay(opened.asset) });
    }
    return coins;
  }
}
