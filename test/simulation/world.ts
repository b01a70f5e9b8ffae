import { createHash } from 'node:crypto';
import { SluiceError } from '../../src/shared/errors.ts';
import { amount, type Amount } from '../../src/shared/money.ts';
import type { AmpAssignment, AmpConfirmPayload, AmpPort } from '../../src/main/amp/types.ts';
import type { Coin, ElementsNode, OutPoint, TreasuryWallet } from '../../src/main/elements/types.ts';
import type { Liquid, PsetOutput } from '../../src/main/liquid/types.ts';
import { parseDecimal } from '../../src/shared/money.ts';

/**
 * What goes wrong with one call to the outside: its request never arrives, its answer does not, or the desk is closed
 * while it waits for the answer.
 */
export type Fault = 'lost-request' | 'lost-answer' | 'desk-closed';

interface Transaction {
  txid: string;
  inputs: OutPoint[];
  outputs: { vout: number; script: string; assetId: string; value: bigint; blinded: boolean }[];
}

type AssembleRequest = Parameters<TreasuryWallet['assemble']>[0];

export const ASSET = 'a'.repeat(64);
export const LBTC = 'b'.repeat(64);
export const ASSET_UUID = '35bec770-03cc-47e7-aa64-cc9a943b71fd';
const ZERO_ASSET = '0'.repeat(64);

/**
 * A small world behind the engine's ports: AMP's rules for assignments and distributions, and a chain that accepts a
 * transaction only if its coins are unspent and its sums agree. Nothing in it is cryptographic (the sandbox does
 * that); it exists so that thousands of crashes and lost answers can be tried in one test. It outlives the engine.
 */
export class World {
  calls = 0;
  /** Call number → what happens to it. */
  readonly faults = new Map<number, Fault>();
  /** Every call by name, in order. */
  readonly log: string[] = [];
  /** While true every call hangs for ever: the process that made it is gone. */
  dead = false;
  /** Closes the desk, as a person does; what it waits for is interrupted. */
  closeDesk: () => void = () => undefined;

  refuseSecondOpenDistribution = false;
  readonly assignments: AmpAssignment[] = [];
  readonly distributions = new Map<
    string,
    { members: AmpAssignment[]; status: 'pending' | 'confirmed' | 'cancelled'; txid: string | null }
  >();
  private nextAssignment = 100;
  private nextDistribution = 1;
  private nextAddress = 1;

  private readonly transactions = new Map<string, Transaction>();
  /** Outputs by `txid:vout`, with the transaction that spends them in chain or mempool. */
  private readonly outputs = new Map<string, Coin & { spentBy: string | null }>();
  blocks: { hash: string; txids: string[] }[] = [{ hash: 'genesis', txids: [] }];
  mempool: string[] = [];
  /** Every transaction that the network ever accepted. */
  readonly everAccepted = new Set<string>();
  readonly locked = new Set<string>();
  private forks = 0;

  constructor(coins: readonly { assetId: string; value: bigint }[]) {
    coins.forEach(({ assetId, value }, index) => {
      const txid = digest(`genesis ${index}`);
      this.transactions.set(txid, {
        txid,
        inputs: [],
        outputs: [{ vout: 0, script: `own-${index}`, assetId, value, blinded: true }],
      });
      this.addOutputs(txid);
      this.blocks[0]?.txids.push(txid);
    });
  }

  mine(): void {
    const txids = this.mempool.splice(0);
    this.blocks.push({ hash: digest(`block ${this.blocks.length} ${this.forks}`), txids });
  }

  /** Takes the last blocks away; their transactions go back to the mempool. */
  reorg(depth: number): void {
    this.forks += 1;
    for (let index = 0; index < depth && this.blocks.length > 1; index += 1) {
      this.mempool.unshift(...(this.blocks.pop()?.txids ?? []));
    }
  }

  /** The node restarts and forgets what was not in a block. */
  forgetMempool(): void {
    for (const txid of this.mempool.splice(0)) {
      for (const output of this.outputs.values()) if (output.spentBy === txid) output.spentBy = null;
      for (const key of [...this.outputs.keys()]) if (key.startsWith(txid)) this.outputs.delete(key);
    }
    this.locked.clear();
  }

  confirmations(txid: string): number {
    const at = this.blocks.findIndex((block) => block.txids.includes(txid));
    return at < 0 ? 0 : this.blocks.length - at;
  }

  /** What each script holds of the asset in blocks. */
  paid(): Map<string, bigint> {
    const holdings = new Map<string, bigint>();
    for (const txid of this.blocks.flatMap((block) => block.txids)) {
      for (const output of this.transactions.get(txid)?.outputs ?? []) {
        if (output.assetId !== ASSET || output.script.startsWith('own')) continue;
        holdings.set(output.script, (holdings.get(output.script) ?? 0n) + output.value);
      }
    }
    return holdings;
  }

  private addOutputs(txid: string): void {
    for (const output of this.transactions.get(txid)?.outputs ?? []) {
      if (output.script === '') continue;
      this.outputs.set(`${txid}:${output.vout}`, {
        txid,
        vout: output.vout,
        assetId: output.assetId,
        value: amount(output.value),
        assetBlinder: blinder('asset', output.script, output.vout),
        amountBlinder: blinder('amount', output.script, output.vout),
        script: output.script,
        address: `plain:${output.script}`,
        confirmations: 0,
        spendable: true,
        solvable: true,
        spentBy: null,
      });
    }
  }

  /** Every call to the outside passes here. */
  private async outside<T>(name: string, timeout: 'AMP_TIMEOUT' | 'NODE_TIMEOUT', work: () => T): Promise<T> {
    await Promise.resolve();
    if (this.dead) return new Promise<T>(() => undefined);
    this.calls += 1;
    this.log.push(name);
    const fault = this.faults.get(this.calls);
    const lost = new SluiceError(timeout, `${name} did not answer.`, { next: 'Wait.' });
    if (fault === 'lost-request') throw lost;
    const result = work();
    if (fault === 'lost-answer') throw lost;
    if (fault === 'desk-closed') {
      this.closeDesk();
      throw new SluiceError('CANCELLED', `${name} was interrupted.`, { next: 'Nothing, if it was meant.' });
    }
    return result;
  }

  private accept(transaction: Transaction): void {
    if (this.confirmations(transaction.txid) > 0 || this.mempool.includes(transaction.txid)) return;
    for (const input of transaction.inputs) {
      const coin = this.outputs.get(`${input.txid}:${input.vout}`);
      if (!coin || coin.spentBy !== null) {
        throw new SluiceError('INPUTS_SPENT', 'bad-txns-inputs-missingorspent', { next: '' });
      }
    }
    for (const assetId of [ASSET, LBTC]) {
      const into = transaction.inputs.map((input) => this.outputs.get(`${input.txid}:${input.vout}`));
      const brought = into.reduce((sum, coin) => sum + (coin?.assetId === assetId ? coin.value : 0n), 0n);
      const paid = transaction.outputs.reduce(
        (sum, out) => sum + (out.assetId === assetId ? out.value : 0n),
        0n,
      );
      if (brought !== paid) throw new SluiceError('TRANSACTION_REFUSED', 'bad-txns-in-ne-out', { next: '' });
    }
    for (const input of transaction.inputs) {
      const coin = this.outputs.get(`${input.txid}:${input.vout}`);
      if (coin) coin.spentBy = transaction.txid;
    }
    this.transactions.set(transaction.txid, transaction);
    this.addOutputs(transaction.txid);
    this.mempool.push(transaction.txid);
    this.everAccepted.add(transaction.txid);
  }

  amp(): AmpPort {
    const call = <T>(name: string, work: () => T): Promise<T> => this.outside(name, 'AMP_TIMEOUT', work);
    const refuse = (message: string): never => {
      throw new SluiceError('AMP_REFUSED', message, { next: 'Look at AMP.' });
    };
    const port = {
      assets: {
        get: () => call('amp.assets.get', () => ({ isAuthorized: true, isLocked: false })),
        summary: () =>
          call('amp.assets.summary', () => ({
            issued: amount(1_000_000n),
            reissued: amount(0n),
            assigned: amount(0n),
            distributed: amount(0n),
            burned: amount(0n),
            blacklisted: amount(0n),
          })),
        balance: () =>
          call('amp.assets.balance', () => ({ confirmed: [], lostOutputs: [], reissuanceLostOutputs: [] })),
      },
      assignments: {
        list: (_asset: string, filter?: { distributed: boolean }) =>
          call('amp.assignments.list', () =>
            this.assignments
              .filter((item) => filter === undefined || item.distributed === filter.distributed)
              .map((item) => ({ ...item })),
          ),
        create: (_asset: string, wanted: { registeredUser: number; amount: Amount; ready: boolean }) =>
          call('amp.assignments.create', () => {
            const made: AmpAssignment = {
              id: this.nextAssignment++,
              registeredUser: wanted.registeredUser,
              amount: wanted.amount,
              receivingAddress: null,
              distributionUuid: null,
              ready: wanted.ready,
              distributed: false,
              vestingTimestamp: null,
              hasVested: true,
              gaid: `GA${wanted.registeredUser}`,
              creator: 1,
            };
            this.assignments.push(made);
            return { ...made };
          }),
        remove: (_asset: string, id: number) =>
          call('amp.assignments.remove', () => {
            const at = this.assignments.findIndex((item) => item.id === id);
            if (at < 0) refuse('Not found.');
            if (this.assignments[at]?.distributionUuid !== null)
              refuse('The assignment is being distributed.');
            this.assignments.splice(at, 1);
          }),
      },
      distributions: {
        create: () =>
          call('amp.distributions.create', () => {
            const ready = this.assignments.filter((item) => item.ready && item.distributionUuid === null);
            if (ready.length === 0) return null;
            const open = [...this.distributions.values()].some((item) => item.status === 'pending');
            if (open && this.refuseSecondOpenDistribution)
              refuse('Another distribution of this asset is open.');
            const distributionUuid = `d-${this.nextDistribution++}`;
            for (const item of ready) {
              item.distributionUuid = distributionUuid;
              item.receivingAddress = `conf:holder-${item.registeredUser}-${this.nextAddress++}`;
            }
            this.distributions.set(distributionUuid, { members: ready, status: 'pending', txid: null });
            return {
              distributionUuid,
              assetUuid: ASSET_UUID,
              assetId: ASSET,
              baseUrl: '',
              minSupportedClientScriptVersion: 2,
              payments: ready.map((item) => ({
                address: item.receivingAddress ?? '',
                assetId: ASSET,
                amount: item.amount,
              })),
            };
          }),
        confirm: (_asset: string, uuid: string, payload: AmpConfirmPayload) =>
          call('amp.distributions.confirm', () => this.confirm(uuid, payload, refuse)),
        cancel: (_asset: string, uuid: string) =>
          call('amp.distributions.cancel', () => {
            const distribution = this.distributions.get(uuid);
            if (distribution?.status !== 'pending') return refuse('Nothing to cancel.');
            distribution.status = 'cancelled';
            for (const item of distribution.members) {
              item.distributionUuid = null;
              item.receivingAddress = null;
            }
            return undefined;
          }),
        get: (_asset: string, uuid: string) =>
          call('amp.distributions.get', () => {
            const distribution = this.distributions.get(uuid);
            if (distribution?.status !== 'confirmed') return null;
            return {
              distributionUuid: uuid,
              status: 'CONFIRMED' as const,
              transactions: [
                {
                  txid: distribution.txid ?? '',
                  status: 'CONFIRMED' as const,
                  height: 1,
                  assignments: distribution.members.map((item) => ({
                    registeredUser: item.registeredUser,
                    amount: item.amount,
                    vout: null,
                  })),
                },
              ],
            };
          }),
      },
    };
    return port as unknown as AmpPort;
  }

  private confirm(uuid: string, payload: AmpConfirmPayload, refuse: (message: string) => never): void {
    const distribution = this.distributions.get(uuid);
    if (distribution?.status !== 'pending') return refuse('The distribution is not pending.');
    const { txid, details } = payload.tx_data;
    if (this.confirmations(txid) < 2) return refuse('Not enough confirmations.');
    const transaction = this.transactions.get(txid);
    const opened = (vout: unknown, asset: unknown, value: unknown): boolean =>
      transaction?.outputs.some(
        (output) =>
          output.vout === vout &&
          output.assetId === asset &&
          output.value === abs(parseDecimal(String(value), 8)),
      ) ?? false;
    const reported = [...details, ...payload.change_data];
    for (const entry of reported) {
      if (!opened(entry.vout, entry.asset, entry.amount))
        return refuse('A blinder does not open its output.');
    }
    const ofAsset = transaction?.outputs.filter((output) => output.assetId === ASSET) ?? [];
    if (reported.length !== ofAsset.length)
      return refuse('Outputs of the asset are missing from the report.');
    for (const item of distribution.members) {
      const script = (item.receivingAddress ?? '').replace('conf:', '');
      if (!details.some((entry) => entry.address === `plain:${script}`))
        return refuse('An assignment was not paid.');
    }
    distribution.status = 'confirmed';
    distribution.txid = txid;
    for (const item of distribution.members) item.distributed = true;
    return undefined;
  }

  node(): ElementsNode {
    const call = <T>(name: string, work: () => T): Promise<T> => this.outside(name, 'NODE_TIMEOUT', work);
    const node = {
      chainInfo: () =>
        call('node.chainInfo', () => ({
          verificationProgress: 1,
          blocks: this.blocks.length,
          headers: this.blocks.length,
        })),
      policyAsset: () => call('node.policyAsset', () => LBTC),
      blockHeader: (hash: string) =>
        call('node.blockHeader', () => {
          const height = this.blocks.findIndex((block) => block.hash === hash);
          return height < 0
            ? { height: 0, confirmations: -1, time: 0 }
            : { height, confirmations: this.blocks.length - height, time: 0 };
        }),
      inMempool: (txid: string) => call('node.inMempool', () => this.mempool.includes(txid)),
      unspent: (point: OutPoint) =>
        call('node.unspent', () => {
          const coin = this.outputs.get(`${point.txid}:${point.vout}`);
          return coin && coin.spentBy === null ? { confirmations: this.confirmations(point.txid) } : null;
        }),
      validateAddress: (address: string) =>
        call('node.validateAddress', () => {
          const script = address.replace(/^(conf|plain):/, '');
          return {
            valid: true,
            script,
            unconfidential: `plain:${script}`,
            blindingPubkey: address.startsWith('conf:') ? `key:${script}` : null,
          };
        }),
      scriptAddress: (script: string) => call('node.scriptAddress', () => `plain:${script}`),
      finalize: (pset: string) =>
        call('node.finalize', () => {
          const transaction = decode(pset);
          return { complete: true, hex: encode({ ...transaction, signed: true }), pset: null };
        }),
      testAccept: () =>
        call('node.testAccept', () => ({ allowed: true as const, vsize: 100, fee: amount(10n) })),
      broadcast: (hex: string) =>
        call('node.broadcast', () => {
          const { txid, inputs, outputs } = decode(hex);
          this.accept({ txid, inputs, outputs });
          return txid;
        }),
    };
    return node as unknown as ElementsNode;
  }

  private nextOwn = 1_000;

  wallet(): TreasuryWallet {
    const call = <T>(name: string, work: () => T): Promise<T> => this.outside(name, 'NODE_TIMEOUT', work);
    const wallet = {
      name: 'treasury',
      coins: (options: { minConfirmations?: number } = {}) =>
        call('wallet.coins', () =>
          [...this.outputs.values()]
            .filter((coin) => coin.script.startsWith('own') && coin.spentBy === null)
            .filter((coin) => !this.locked.has(`${coin.txid}:${coin.vout}`))
            .map((coin) => ({ ...coin, confirmations: this.confirmations(coin.txid) }))
            .filter((coin) => coin.confirmations >= (options.minConfirmations ?? 0)),
        ),
      lock: (coins: readonly OutPoint[]) =>
        call('wallet.lock', () => coins.forEach((coin) => this.locked.add(`${coin.txid}:${coin.vout}`))),
      unlock: (coins: readonly OutPoint[]) =>
        call('wallet.unlock', () => coins.forEach((coin) => this.locked.delete(`${coin.txid}:${coin.vout}`))),
      newAddress: () => call('wallet.newAddress', () => `conf:own-${this.nextOwn++}`),
      newChangeAddress: () => call('wallet.newChangeAddress', () => `conf:own-${this.nextOwn++}`),
      assemble: (request: AssembleRequest) => call('wallet.assemble', () => this.assemble(request)),
      sign: (pset: string) => call('wallet.sign', () => pset),
      transaction: (txid: string) =>
        call('wallet.transaction', () => {
          const transaction = this.transactions.get(txid);
          if (!transaction) return null;
          const block = this.blocks.find((candidate) => candidate.txids.includes(txid));
          return {
            txid,
            confirmations: this.confirmations(txid),
            blockHash: block?.hash ?? null,
            blockHeight: block ? this.blocks.indexOf(block) : null,
            hex: encode({ ...transaction, signed: true }),
          };
        }),
      addressInfo: (address: string) =>
        call('wallet.addressInfo', () => {
          const script = address.replace(/^(conf|plain):/, '');
          return {
            isMine: script.startsWith('own'),
            isChange: true,
            script,
            confidential: `conf:${script}`,
            desc: null,
          };
        }),
    };
    return wallet as unknown as TreasuryWallet;
  }

  private assemble(request: AssembleRequest): string {
    const outputs: Transaction['outputs'] = request.outputs.map((output, vout) => ({
      vout,
      script: output.address.replace('conf:', ''),
      assetId: output.assetId,
      value: output.amount,
      blinded: false,
    }));
    outputs.push({ vout: outputs.length, script: '', assetId: LBTC, value: request.fee, blinded: false });
    const inputs = request.inputs.map(({ txid, vout }) => ({ txid, vout }));
    return encode(withTxid({ txid: '', inputs, outputs }));
  }

  liquid(): Liquid {
    const same = (a: { pset?: string; hex?: string }): string => decode(a.pset ?? a.hex ?? '').txid;
    const liquid = {
      inspectPset: (pset: string) => {
        const { inputs, outputs, txid } = decode(pset);
        return Promise.resolve({
          txid,
          inputs: inputs.map((input) => ({ ...input, issuance: false })),
          outputs: outputs.map((output): PsetOutput => ({
            ...output,
            value: amount(output.value),
            blindingPubkey: output.script === '' ? null : `key:${output.script}`,
          })),
        });
      },
      blind: ({ pset }: { pset: string }) => {
        const transaction = decode(pset);
        for (const output of transaction.outputs) output.blinded = output.script !== '';
        const blinded = withTxid(transaction);
        return Promise.resolve({
          pset: encode(blinded),
          outputs: blinded.outputs
            .filter((output) => output.blinded)
            .map((output) => ({
              vout: output.vout,
              script: output.script,
              blindingPubkey: `key:${output.script}`,
              assetId: output.assetId,
              value: amount(output.value),
              assetBlinder: blinder('asset', output.script, output.vout),
              amountBlinder: blinder('amount', output.script, output.vout),
            })),
        });
      },
      sameTransaction: (a: object, b: object) => Promise.resolve(same(a) === same(b)),
      decodeTransaction: (hex: string) => {
        const { txid, inputs, outputs } = decode(hex);
        return Promise.resolve({ txid, inputs, outputs, weight: 1_000, vsize: 250, version: 2, locktime: 0 });
      },
      openOutputs: (
        hex: string,
        claimed: readonly {
          vout: number;
          script: string;
          assetId: string;
          value: bigint;
          amountBlinder: string;
        }[],
      ) => {
        const { outputs } = decode(hex);
        for (const claim of claimed) {
          const output = outputs.find((candidate) => candidate.vout === claim.vout);
          if (
            output?.script !== claim.script ||
            output.value !== claim.value ||
            output.assetId !== claim.assetId ||
            claim.amountBlinder !== blinder('amount', output.script, output.vout)
          ) {
            return Promise.reject(
              new SluiceError('PROOF_INVALID', `Output ${claim.vout} does not open.`, { next: '' }),
            );
          }
        }
        return Promise.resolve();
      },
    };
    return liquid as unknown as Liquid;
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function blinder(kind: string, script: string, vout: number): string {
  return digest(`${kind} ${script} ${vout} ${ZERO_ASSET}`);
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function withTxid(transaction: Transaction): Transaction {
  const { inputs, outputs } = transaction;
  return { ...transaction, txid: digest(encode({ txid: '', inputs, outputs })) };
}

function encode(transaction: Transaction & { signed?: boolean }): string {
  return JSON.stringify(transaction, (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value,
  );
}

function decode(text: string): Transaction {
  return JSON.parse(text, (_key, value: unknown) =>
    typeof value === 'string' && /^-?\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value,
  ) as Transaction;
}
