import { secp256k1 } from '@noble/curves/secp256k1.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  SIGHASH_ALL,
  fromHex,
  parseMultisig,
  parseTransaction,
  segwitSighash,
  serializeTransaction,
  toHex,
  txidOf,
} from '../crypto/index.ts';
import type { Transaction } from '../crypto/index.ts';
import { FEE, TestAccount, cosign, openWorld, prepare, signAsOwner } from './testkit/index.ts';
import type { CosignForm, TestCoin, World } from './testkit/index.ts';

let world: World;
let account: TestAccount;
let other: TestAccount;
let coin: TestCoin;
let lbtc: string;

const VALUE = 100_000n;

beforeAll(async () => {
  world = await openWorld();
  lbtc = world.backend.policyAsset;
  account = await TestAccount.create(world);
  other = await TestAccount.create(world);
});

afterAll(async () => {
  await world.close();
});

/** L-BTC at a new address of the account. */
async function funded(of: TestAccount): Promise<TestCoin> {
  const txid = await world.backend.faucet((await of.address()).address, VALUE);
  const [received] = await of.received(world, txid);
  if (!received) throw new Error('nothing received');
  return received;
}

beforeEach(async () => {
  coin = await funded(account);
});

const send = async (value = 30_000n, coins = [coin]): Promise<CosignForm> =>
  prepare(world, account, coins, [{ to: (await other.address()).address, asset: lbtc, value }]);

async function refused(form: unknown): Promise<string> {
  const answer = await cosign(world, form as CosignForm);
  expect(answer).toMatchObject({ result: false, tx: null });
  return answer.error;
}

/** The form with its transaction changed and signed again by the owner. */
function changed(form: CosignForm, change: (tx: Transaction) => void, coins = [coin]): CosignForm {
  const tx = parseTransaction(fromHex(form.tx));
  change(tx);
  signAsOwner(account, tx, coins);
  return { ...form, tx: toHex(serializeTransaction(tx)) };
}

describe('a cosignature', () => {
  it('completes the owner’s payment, which the chain takes', async () => {
    const form = await send();
    const { result, error, tx } = await cosign(world, form);
    expect({ result, error }).toEqual({ result: true, error: '' });
    const made = parseTransaction(fromHex(tx ?? ''));
    expect(txidOf(made)).toBe(txidOf(parseTransaction(fromHex(form.tx))));
    const [, server = new Uint8Array(0), owner] = made.inputs[0]?.witness ?? [];
    expect(owner).toEqual(parseTransaction(fromHex(form.tx)).inputs[0]?.witness[2]);
    // Low R and low S: at most 70 bytes and the type.
    expect(server.length).toBeLessThanOrEqual(71);
    const hash = segwitSighash(made, 0, coin.at.witnessScript, coin.output.value, SIGHASH_ALL);
    const key = parseMultisig(coin.at.witnessScript)?.keys[0] ?? new Uint8Array(0);
    expect(secp256k1.verify(server.slice(0, -1), hash, key, { prehash: false, format: 'der' })).toBe(true);
    const txid = await world.backend.client.call<string>('sendrawtransaction', [tx]);
    const [arrived] = await other.received(world, txid);
    expect(arrived).toMatchObject({ asset: lbtc, value: 30_000n });
    const [change] = await account.received(world, txid);
    expect(change).toMatchObject({ asset: lbtc, value: VALUE - 30_000n - FEE });
  });

  it('is the same for the same request, also after the payment was broadcast', async () => {
    const form = await send();
    const first = await cosign(world, form);
    expect(await cosign(world, form)).toEqual(first);
    await world.backend.client.call('sendrawtransaction', [first.tx]);
    expect(await cosign(world, form)).toEqual(first);
    await world.mine(1);
    // Written otherwise, it is still the same request.
    expect(await cosign(world, { ...form, tx: form.tx.toUpperCase() })).toEqual(first);
  });

  it('is given for several coins of several accounts of an owner, unconfirmed ones too', async () => {
    const coins = [coin, await funded(account), await funded(account)];
    const form = await send(VALUE * 2n + 50_000n, coins);
    const { tx } = await cosign(world, form);
    await world.backend.client.call('sendrawtransaction', [tx]);
  });

  it('is given for explicit outputs', async () => {
    const form = await prepare(
      world,
      account,
      [coin],
      [{ to: (await other.address()).address, asset: lbtc, value: 30_000n, explicit: true }],
    );
    expect(form.blinding_nonces[0]).toBe('');
    const { tx } = await cosign(world, form);
    await world.backend.client.call('sendrawtransaction', [tx]);
  });
});

describe('a refusal', () => {
  it('meets what is no request', async () => {
    const form = await send();
    expect(await refused('x')).toContain('Invalid');
    expect(await refused(null)).toContain('Invalid');
    expect(await refused({ ...form, tx: form.tx.slice(2) })).toBe('Invalid transaction');
    expect(await refused({ ...form, tx: 7 })).toBe('Invalid transaction');
    expect(await refused({ ...form, scripts: [] })).toContain('Invalid scripts');
    expect(await refused({ ...form, blinding_nonces: form.blinding_nonces.slice(1) })).toContain(
      'Invalid blinding_nonces',
    );
    expect(await refused({ ...form, blinding_nonces: form.blinding_nonces.map(() => 'zz') })).toContain(
      'Invalid blinding_nonces',
    );
  });

  it('meets a payment without nonces, or with those of something else', async () => {
    const form = await send();
    expect(await refused({ ...form, blinding_nonces: form.blinding_nonces.map(() => '') })).toBe(
      'Missing blinding nonce for output 0',
    );
    const [first = '', second = '', ...rest] = form.blinding_nonces;
    expect(await refused({ ...form, blinding_nonces: [second, first, ...rest] })).toContain(
      'does not unblind it',
    );
    expect(await refused({ ...form, blinding_nonces: [first, '00'.repeat(32), ...rest] })).toBe(
      'Blinding nonce of output 1 does not unblind it',
    );
  });

  it('meets a coin at an address that was derived and not asked for', async () => {
    const { addresses } = world.amp.context.green;
    const issued = addresses.issued(toHex(coin.at.script));
    if (!issued) throw new Error('not issued');
    const index = account.addresses.length + 10;
    const { witnessScript, script } = addresses.keys.scripts(issued.terms, index);
    const address = account.addressOf(index, witnessScript);
    const txid = await world.backend.faucet(address.address, VALUE);
    account.addresses.push(address);
    const coins = await account.received(world, txid);
    account.addresses.pop();
    expect(toHex(coins[0]?.output.script ?? new Uint8Array(0))).toBe(toHex(script));
    expect(await refused(await send(1_000n, coins))).toBe(
      `Input 0 spends ${txid}:${coins[0]?.vout}, an address not issued by this server`,
    );
  });

  it('meets a script that is not the one of the address', async () => {
    const form = await send();
    const foreign = await other.address();
    expect(await refused({ ...form, scripts: [toHex(foreign.witnessScript)] })).toBe(
      'Script of input 0 is not that of its address',
    );
  });

  it('meets a coin that is not there, spent, or spent twice at once', async () => {
    const unknown = changed(await send(), (tx) => {
      if (tx.inputs[0]) tx.inputs[0].vout = 77;
    });
    expect(await refused(unknown)).toContain('Missing prevout');
    const first = await send();
    const second = await send(40_000n);
    await world.backend.client.call('sendrawtransaction', [(await cosign(world, first)).tx]);
    expect(await refused(second)).toContain('is spent already');
    const twice = await send(VALUE + 1n, [coin, coin]);
    expect(await refused(twice)).toContain('is spent already');
  });

  it('meets the same coin twice in one payment', async () => {
    expect(await refused(await send(VALUE + 1n, [coin, coin]))).toContain('a second time');
  });

  it('meets a signature that is not the owner’s over this payment', async () => {
    const form = await send();
    const broken = (change: (witness: Uint8Array[]) => void): CosignForm => {
      const tx = parseTransaction(fromHex(form.tx));
      change(tx.inputs[0]?.witness ?? []);
      return { ...form, tx: toHex(serializeTransaction(tx)) };
    };
    expect(
      await refused(
        broken((witness) => {
          witness[2] = (witness[2] ?? new Uint8Array(0)).map((byte, at) => (at === 20 ? byte ^ 1 : byte));
        }),
      ),
    ).toBe('Signature of input 0 is not valid');
    expect(
      await refused(
        broken((witness) => {
          witness[2] = witness[1] ?? new Uint8Array(0);
        }),
      ),
    ).toBe('Signature of input 0 is not valid');
    expect(
      await refused(
        broken((witness) => {
          witness[2] = (witness[2] ?? new Uint8Array(0)).map((byte, at, all) =>
            at === all.length - 1 ? 0x83 : byte,
          );
        }),
      ),
    ).toContain('SIGHASH_ALL');
    expect(await refused(broken((witness) => witness.splice(1, 1)))).toContain('not finalized');
    const stranger = await TestAccount.create(world);
    const tx = parseTransaction(fromHex(form.tx));
    signAsOwner(stranger, tx, [coin]);
    expect(await refused({ ...form, tx: toHex(serializeTransaction(tx)) })).toBe(
      'Signature of input 0 is not valid',
    );
  });

  it('meets amounts that do not balance', async () => {
    const form = changed(await send(), (tx) => {
      const fee = tx.outputs.at(-1);
      if (fee) fee.value = fee.value.map((byte, at) => (at === 8 ? byte - 1 : byte));
    });
    expect(await refused(form)).toContain('Amounts do not balance');
  });

  it('meets a proof that does not hold', async () => {
    const form = changed(await send(), (tx) => {
      const [output] = tx.outputs;
      if (output)
        output.surjectionProof = output.surjectionProof.map((byte, at, all) =>
          at === all.length - 1 ? byte ^ 1 : byte,
        );
    });
    expect(await refused(form)).toContain('proof');
  });
});

describe('faults on purpose', () => {
  const post = (body: unknown) =>
    fetch(`${world.green.cosignUrl}/delayed_signature`, {
      method: 'POST',
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    });
  const fault = (mode: (typeof world.faults)[number]['mode'], more: object = {}): void => {
    world.faults.push({ call: 'delayed_signature', mode, ms: 0, ...more });
  };

  it('give signatures that do not hold, by another key, or to another transaction', async () => {
    const form = await send();
    const verify = (hex: string | null, hash?: Uint8Array): boolean => {
      const made = parseTransaction(fromHex(hex ?? ''));
      const signature = made.inputs[0]?.witness[1] ?? new Uint8Array(0);
      const key = parseMultisig(coin.at.witnessScript)?.keys[0] ?? new Uint8Array(0);
      const over = hash ?? segwitSighash(made, 0, coin.at.witnessScript, coin.output.value, SIGHASH_ALL);
      return secp256k1.verify(signature.slice(0, -1), over, key, { prehash: false, format: 'der' });
    };
    const txid = txidOf(parseTransaction(fromHex(form.tx)));
    for (const mode of ['badsig', 'otherkey'] as const) {
      fault(mode);
      const { result, tx } = await cosign(world, form);
      expect(result).toBe(true);
      expect(txidOf(parseTransaction(fromHex(tx ?? '')))).toBe(txid);
      expect(verify(tx), mode).toBe(false);
    }
    fault('alter');
    const altered = await cosign(world, form);
    expect(txidOf(parseTransaction(fromHex(altered.tx ?? '')))).not.toBe(txid);
    expect(verify(altered.tx)).toBe(true);
    // None of it is remembered.
    const { tx } = await cosign(world, form);
    expect(verify(tx)).toBe(true);
    await world.backend.client.call('sendrawtransaction', [tx]);
  });

  it('break the answer', async () => {
    const form = await send();
    fault('error', { message: 'Not today' });
    expect(await refused(form)).toBe('Not today');
    fault('error', { status: 429 });
    expect((await post(form)).status).toBe(429);
    fault('html');
    expect((await post(form)).headers.get('content-type')).toBe('text/html');
    fault('garble');
    await expect((await post(form)).json()).rejects.toThrow(SyntaxError);
    fault('oversize');
    expect((await (await post(form)).text()).length).toBeGreaterThan(16 * 1024 * 1024);
    fault('refuse');
    await expect(post(form)).rejects.toThrow();
    fault('drop');
    await expect(post(form)).rejects.toThrow();
    fault('silent');
    await expect(
      fetch(`${world.green.cosignUrl}/delayed_signature`, {
        method: 'POST',
        body: JSON.stringify(form),
        signal: AbortSignal.timeout(300),
      }),
    ).rejects.toThrow('timeout');
    expect((await cosign(world, form)).result).toBe(true);
  });
});
