import type { AreaHandlers, Emit, Profile, Result, Settings } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import { amount, formatDecimal, sum } from '../../shared/money.ts';
import type { AmpPort } from '../amp/index.ts';
import {
  MINIMUM_PROGRESS,
  requireNetwork,
  type ElementsNode,
  type TreasuryWallet,
} from '../elements/index.ts';
import { fullBatchFee, witnessOf } from '../operations/index.ts';
import type { Signer } from '../signing/index.ts';

type Health = Result<'health.get'>;

/** How often node and AMP are asked whether they are there. */
const EVERY_MS = 10_000;

export interface HealthDeps {
  amp: Pick<AmpPort, 'info'>;
  node: ElementsNode;
  wallet: TreasuryWallet;
  /** Signatures of several keys weigh more, and so cost more. */
  policy: Signer['policy'];
  settings: () => Settings;
  /** Assets of the coins that distributions under way hold: their change comes back. */
  heldAssets: () => ReadonlySet<string>;
  profile: Profile;
  clock: () => number;
  emit: Emit;
}

/** Asks node and AMP from time to time and tells when an answer differs from the last. */
export function createHealth(deps: HealthDeps): {
  service: AreaHandlers<'health'>;
  start(): void;
  stop(): void;
} {
  let last: Health | null = null;
  let asking: Promise<Health> | null = null;
  let timer: NodeJS.Timeout | null = null;

  function ask(): Promise<Health> {
    asking ??= look(deps).finally(() => {
      asking = null;
    });
    return asking;
  }

  async function tick(): Promise<void> {
    const before = last;
    last = await ask();
    if (before === null || digest(before) !== digest(last)) {
      deps.emit('health.changed', {});
      if (before?.node.height !== last.node.height) deps.emit('treasury.changed', {});
    }
  }

  return {
    service: {
      async get() {
        if (last === null || deps.clock() - last.node.checkedAt > EVERY_MS) last = await ask();
        return last;
      },
    },
    start() {
      timer = setInterval(() => void tick(), EVERY_MS);
      timer.unref();
      void tick();
    },
    stop() {
      if (timer) clearInterval(timer);
    },
  };
}

/** What makes a difference to a person: not when it was asked. */
function digest(health: Health): string {
  const { node, amp, fees } = health;
  return [
    node.verdict,
    node.message,
    node.height,
    amp.verdict,
    amp.message,
    fees.verdict,
    fees.confirmed,
  ].join('|');
}

async function look(deps: HealthDeps): Promise<Health> {
  const [node, amp] = await Promise.all([nodeHealth(deps), ampHealth(deps)]);
  return {
    node,
    amp,
    fees: await feeHealth(deps),
    simulated: deps.profile.network === 'sandbox',
  };
}

function words(error: unknown): { message: string; next: string } {
  if (error instanceof SluiceError) return { message: error.message, next: error.next };
  return { message: 'It could not be asked.', next: 'Look at its own log.' };
}

async function nodeHealth({ node, profile, clock }: HealthDeps): Promise<Health['node']> {
  try {
    const [network, chain] = await Promise.all([node.networkInfo(), node.chainInfo()]);
    await requireNetwork(node, profile.network);
    const synced = chain.verificationProgress >= MINIMUM_PROGRESS && chain.headers - chain.blocks <= 1;
    return {
      verdict: synced ? 'good' : 'attention',
      message: synced
        ? `At block ${chain.blocks}.`
        : `Catching up: block ${chain.blocks} of ${chain.headers}.`,
      next: synced ? '' : 'Wait until the node is in step with the chain.',
      version: network.subversion,
      chain: chain.chain,
      height: chain.blocks,
      tipTime: chain.tipTime,
      checkedAt: clock(),
    };
  } catch (error) {
    return {
      verdict: 'wrong',
      ...words(error),
      version: null,
      chain: null,
      height: null,
      tipTime: null,
      checkedAt: clock(),
    };
  }
}

async function ampHealth({ amp, clock }: HealthDeps): Promise<Health['amp']> {
  try {
    const info = await amp.info();
    return {
      verdict: 'good',
      message: `AMP ${info.version} answers.`,
      next: '',
      version: info.version,
      checkedAt: clock(),
    };
  } catch (error) {
    return { verdict: 'wrong', ...words(error), version: null, checkedAt: clock() };
  }
}

async function feeHealth({
  node,
  wallet,
  policy,
  settings,
  heldAssets,
}: HealthDeps): Promise<Health['fees']> {
  try {
    const feeAsset = await node.policyAsset();
    const coins = await wallet.coins({ minConfirmations: 1, assetId: feeAsset });
    const confirmed = sum(coins.map((coin) => coin.value));
    const { lowFeeFunds, feeRate, recipientsPerBatch } = settings();
    const batchesLeft = Number(confirmed / fullBatchFee(recipientsPerBatch, feeRate, witnessOf(policy)));
    const low = confirmed < lowFeeFunds;
    if (low && heldAssets().has(feeAsset)) {
      return {
        verdict: 'waiting',
        message: `${formatDecimal(confirmed, 8)} L-BTC are free for fees; more is held by distributions under way.`,
        confirmed,
        batchesLeft,
      };
    }
    return {
      verdict: confirmed === 0n ? 'wrong' : low ? 'attention' : 'good',
      message: low
        ? `Only ${formatDecimal(confirmed, 8)} L-BTC are left for fees. Send L-BTC to the treasury.`
        : `${formatDecimal(confirmed, 8)} L-BTC are left for fees.`,
      confirmed,
      batchesLeft,
    };
  } catch (error) {
    return { verdict: 'wrong', message: words(error).message, confirmed: amount(0n), batchesLeft: 0 };
  }
}
