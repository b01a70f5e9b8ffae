import type { Handlers, Holder, Result } from '../../../src/shared/contract/index.ts';
import { SluiceError } from '../../../src/shared/errors.ts';
import { amount, ZERO } from '../../../src/shared/money.ts';
import { custodyHandlers } from './custody-world.ts';
import { SIGNER_SCENES, signerHandlers, type SignerScene } from './signer-world.ts';
import * as world from './world.ts';

/** What the pages are looked at with: everything there, nothing there, nothing answering, or before the first profile. */
export const SCENES = ['full', 'empty', 'failing', 'first-run', 'locked', ...SIGNER_SCENES] as const;
export type Scene = (typeof SCENES)[number];

function isSigner(scene: Scene): scene is SignerScene {
  return (SIGNER_SCENES as readonly string[]).includes(scene);
}

function slice<T>(rows: readonly T[], page: { offset: number; limit: number }): { rows: T[]; total: number } {
  return { rows: rows.slice(page.offset, page.offset + page.limit), total: rows.length };
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) {
    throw new SluiceError('NOT_FOUND', `There is no such ${what}.`, { next: 'Go back to the list.' });
  }
  return value;
}

function matches(text: string, search: string | undefined): boolean {
  return search === undefined || text.toLowerCase().includes(search.toLowerCase());
}

/** Answers for every query that a page asks for, and for the commands that a person tries while looking at pages. */
export function fixtureHandlers(scene: Scene, holderCount = 100_000): Partial<Handlers> {
  if (isSigner(scene)) return { ...fixtureHandlers('full', 60), ...signerHandlers(scene) };
  const empty = scene !== 'full';
  const holders = empty ? [] : world.makeHolders(holderCount);
  const allocations = empty ? [] : world.makeAllocations();
  const operations = empty ? [] : world.makeOperations();
  const audit = empty ? [] : world.makeAudit(5_000);
  const imported = world.makeImport();
  const plans = new Map(allocations.map((each) => [each.id, world.makePlan(each)]));
  const rows = new Map(allocations.map((each) => [each.id, world.makeRows(holders, each)]));
  let profile = scene === 'first-run' || scene === 'locked' ? null : world.SANDBOX;
  let secrets: Result<'secrets.status'> = {
    store: scene === 'first-run' ? 'none' : 'vault',
    detail: 'Passphrase vault in this data folder',
    keychainAvailable: false,
    keychainProblem: 'This machine has no Secret Service (keyring).',
    vaultExists: scene !== 'first-run',
    unlocked: scene !== 'first-run' && scene !== 'locked',
  };
  const open = (): Result<'secrets.status'> =>
    (secrets = { ...secrets, store: 'vault', vaultExists: true, unlocked: true });
  const categories = empty ? [] : world.CATEGORIES.map((each) => ({ ...each, holders: 41_200 + each.id }));
  const assets = empty ? [] : world.ASSETS;
  const detail = (holder: Holder): Result<'holders.get'> => ({
    ...holder,
    gaids: holder.gaid === null ? [] : [holder.gaid, world.makeHolders(7)[6]?.gaid ?? holder.gaid],
    balances: assets.slice(0, 2).map((each) => ({
      assetUuid: each.assetUuid,
      assetId: each.assetId,
      balance: amount(125_000n),
      assigned: amount(6_250n),
      distributed: amount(118_750n),
    })),
  });

  const answers: Partial<Handlers> = {
    ...custodyHandlers(empty),
    'app.info': () => ({
      version: '0.1.0',
      host: 'browser',
      platform: 'linux',
      dataDir: '/home/ada/.local/share/sluice',
    }),
    'secrets.status': () => secrets,
    'secrets.createVault': open,
    'secrets.unlockVault': (args) => {
      if (args.passphrase === 'wrong') {
        throw new SluiceError('VAULT_WRONG_PASSPHRASE', 'This is not the passphrase of the vault.', {
          next: 'Try again.',
        });
      }
      return open();
    },
    'secrets.lock': () => {
      profile = null;
      return (secrets = { ...secrets, unlocked: false });
    },
    'profiles.list': () => ({
      profiles: scene === 'first-run' && !profile ? [] : [world.SANDBOX, world.TESTNET],
    }),
    'profiles.current': () => ({ profile }),
    'profiles.create': () => world.SANDBOX,
    'profiles.open': ({ id }) => (profile = id === world.TESTNET.id ? world.TESTNET : world.SANDBOX),
    'profiles.test': () => ({
      ok: false,
      steps: [
        { step: 'node', title: 'Node', verdict: 'good', message: 'Answers at 127.0.0.1:7040.', next: '' },
        { step: 'node-version', title: 'Version', verdict: 'good', message: 'Elements 23.3.3.', next: '' },
        {
          step: 'sync',
          title: 'Sync',
          verdict: 'waiting',
          message: 'Block 1,204 of about 1,290.',
          next: 'Wait until it has caught up.',
        },
        {
          step: 'amp-login',
          title: 'AMP login',
          verdict: 'wrong',
          message: 'AMP refused the user name or password.',
          next: 'Correct them and test again.',
        },
      ],
    }),
    'sandbox.status': () => ({
      running: true,
      ampUrl: world.SANDBOX.ampUrl,
      elementsUrl: world.SANDBOX.elementsUrl,
      controlUrl: 'http://127.0.0.1:40413',
      blockSeconds: 10,
      height: 1_286,
    }),
    'sandbox.mine': ({ blocks }) => ({ height: 1_286 + blocks }),
    'sandbox.gaids': ({ count }) => ({ gaids: world.makeHolders(count).flatMap((each) => each.gaid ?? []) }),
    'health.get': () => ({
      node: {
        verdict: 'good',
        message: 'Elements 23.3.3 answers and is in sync.',
        next: '',
        version: '23.3.3',
        chain: 'elementsregtest',
        height: 1_286,
        tipTime: world.NOW - 8_000,
        checkedAt: world.NOW,
      },
      amp: { verdict: 'good', message: 'AMP answers.', next: '', version: '1.22', checkedAt: world.NOW },
      fees: {
        verdict: empty ? 'attention' : 'good',
        message: empty ? 'There is no L-BTC for fees.' : 'Enough L-BTC for fees.',
        confirmed: empty ? ZERO : amount(4_210_000n),
        batchesLeft: empty ? 0 : 102,
      },
      simulated: true,
    }),
    'settings.get': () => ({
      recipientsPerBatch: 75,
      feeRate: '0.1',
      lanes: 3,
      feeCeiling: amount(200_000n),
      lowFeeFunds: amount(500_000n),
    }),
    'sync.status': () => ({ at: world.NOW - 90_000, running: false, error: null }),
    'sync.run': () => ({ holders: holders.length, categories: 3, assets: 3, at: world.NOW }),
    'backup.create': () => ({
      path: '/home/ada/.local/share/sluice/backups/sandbox-2026-11-21.db',
      bytes: 4_812_800,
      auditHead: world.hex(64),
    }),
    'holders.list': ({ search, category, gaid, isCompany, sort, ...page }) => {
      const kept = holders.filter(
        (each) =>
          matches(`${each.name} ${each.gaid ?? ''} ${each.id}`, search) &&
          (category === undefined || each.categories.some(({ id }) => id === category)) &&
          (gaid === undefined || (gaid === 'with') === (each.gaid !== null)) &&
          (isCompany === undefined || each.isCompany === isCompany),
      );
      if (sort) {
        const sign = sort.direction === 'asc' ? 1 : -1;
        kept.sort(
          (a, b) => sign * String(a[sort.by]).localeCompare(String(b[sort.by]), 'en', { numeric: true }),
        );
      }
      return slice(kept, page);
    },
    'holders.get': ({ id }) =>
      detail(
        found(
          holders.find((each) => each.id === id),
          'holder',
        ),
      ),
    'holders.validateGaid': ({ gaid }) => ({
      valid: !gaid.endsWith('x'),
      reason: gaid.endsWith('x') ? 'AMP does not know this GAID.' : null,
    }),
    'holders.importTemplate': () => ({ fileName: 'holders.csv', content: 'name,gaid,company,categories\n' }),
    'holders.export': () => ({ fileName: 'holders.csv', content: 'name,gaid\n' }),
    'categories.list': () => ({ categories }),
    'categories.setMembers': ({ id }) =>
      found(
        categories.find((each) => each.id === id),
        'category',
      ),
    'assets.list': () => ({ assets }),
    'assets.get': ({ assetUuid }) => ({
      ...found(
        assets.find((each) => each.assetUuid === assetUuid),
        'asset',
      ),
      summary: {
        issued: amount(100_000_000n),
        reissued: ZERO,
        assigned: amount(250_000n),
        distributed: amount(11_250_000n),
        burned: ZERO,
        locked: ZERO,
        registeredUsers: holders.length,
        activeRegisteredUsers: 812,
        reissuanceTokens: amount(1n),
      },
      treasuryAddresses: ['el1qqtreasuryaddressfortheeye0000000000000000000000'],
      lostOutputs: [],
    }),
    'assets.ownerships': () => ({
      rows: holders.slice(0, 812).map((each, index) => ({
        holderId: each.id,
        holderName: each.name,
        gaid: each.gaid,
        amount: amount(BigInt(900_000 - index * 900)),
      })),
    }),
    'assets.activities': ({ offset, limit }) => ({
      rows: Array.from({ length: Math.max(0, Math.min(limit, 230 - offset)) }, (_, index) => ({
        type: index % 3 === 0 ? 'distribute' : 'transfer',
        at: world.NOW - (offset + index) * 3_600_000,
        description: 'Transfer between two holders',
        txid: world.hex(64),
        vout: index % 4,
        height: 1_280 - index,
        holderId: 1_001,
        gaid: null,
        amount: amount(6_250n),
      })),
    }),
    'imports.get': () => imported.summary,
    'imports.rows': ({ status, ...page }) =>
      slice(
        imported.rows.filter((row) => status === undefined || row.status === status),
        page,
      ),
    'imports.fixRow': ({ line }) => ({
      row: found(
        imported.rows.find((row) => row.line === line),
        'row',
      ),
      summary: imported.summary,
    }),
    'imports.annotated': () => ({ fileName: 'annotated.csv', content: 'holder;amount;note;problem\n' }),
    'treasury.overview': () => ({
      lines: empty ? [] : world.makeLines(),
      at: world.NOW - 4_000,
      problems: [],
    }),
    'treasury.coins': ({ assetId, ...page }) =>
      slice(
        Array.from({ length: 12 }, (_, vout) => ({
          txid: world.hex(64),
          vout,
          assetId: assetId ?? world.ACME.assetId,
          amount: amount(7_395_833n),
          confirmations: vout === 0 ? 0 : vout,
          address: null,
          reservedBy: vout === 3 ? 'op-1' : null,
        })),
        page,
      ),
    'treasury.newAddress': () => ({
      address: 'el1qqf8er2xvun3kg6g4hzh8w6w4wmv9a9n9c2e7q6rhxz5y5yq0xkz6p9wq8t3m4n2v5c7x9z0a',
    }),
    'treasury.wallet': () => ({
      name: empty ? '' : 'treasury',
      mode: empty ? 'missing' : 'watch-only',
      signer: 'keychain',
      fingerprint: empty ? null : '73c5da0a',
      descriptors: empty ? [] : [`wpkh([73c5da0a/84'/1'/0']tpub${world.hex(60)}/0/*)#${world.hex(8)}`],
      blindingKeyImported: true,
      locked: false,
      keyStoredIn: empty ? null : 'Passphrase vault in this data folder',
    }),
    'arrangement.get': () => ({ arrangement: null }),
    'allocations.list': () => ({ allocations }),
    'allocations.get': ({ id }) =>
      found(
        allocations.find((each) => each.id === id),
        'allocation',
      ),
    'allocations.rows': ({ id, search, onlyProblems, sort, ...page }) => {
      const kept = (rows.get(id) ?? []).filter(
        (row) => matches(row.holderName, search) && (!onlyProblems || row.problems.length > 0),
      );
      if (sort?.by === 'amount')
        kept.sort((a, b) => Number(a.amount - b.amount) * (sort.direction === 'asc' ? 1 : -1));
      return slice(kept, page);
    },
    'allocations.importTemplate': () => ({ fileName: 'allocation.csv', content: 'holder,amount,note\n' }),
    'allocations.importPreview': () => imported.summary,
    'allocations.importCommit': () => found(allocations[0], 'allocation'),
    'allocations.plan': ({ id }) => found(plans.get(id), 'allocation'),
    'operations.list': ({ state, ...page }) =>
      slice(
        operations.filter(
          (each) => state === undefined || (state === 'finished') === (each.finishedAt !== null),
        ),
        page,
      ),
    'operations.get': ({ id }) =>
      found(
        operations.find((each) => each.id === id),
        'operation',
      ),
    'operations.start': () => found(operations[0], 'operation'),
    'operations.outputs': ({ batchId, search, ...page }) =>
      slice(
        world
          .makeOutputs(holders, batchId === 'batch-1' ? 0 : 1)
          .filter((each) => matches(each.holderName ?? '', search)),
        page,
      ),
    'operations.pendingAtAmp': () => ({
      pending: empty
        ? []
        : [
            {
              assetUuid: world.ACME.assetUuid,
              distributionUuid: 'c0ffee00-0000-4000-8000-000000000001',
              recipients: 4,
              amount: amount(40_000n),
              operationId: null,
              assignments: holders.slice(0, 4).map((each, index) => ({
                assignmentId: 800 + index,
                holderId: each.id,
                holderName: each.name,
                amount: amount(10_000n),
                address: null,
              })),
            },
          ],
    }),
    'operations.report': () => ({ fileName: 'report-batch-1.json', content: '{}' }),
    'audit.list': ({ search, subject: _subject, ...page }) =>
      slice(
        audit.filter((each) => matches(`${each.type} ${each.subject}`, search)),
        page,
      ),
    'audit.verify': () => ({
      ok: true,
      entries: audit.length,
      head: world.hex(64),
      brokenAt: null,
      message: 'The chain is whole.',
    }),
    'audit.export': () => ({ fileName: 'audit.jsonl', content: '' }),
  };
  return scene === 'failing' ? failing(answers) : answers;
}

const ALIVE = new Set(['app.info', 'secrets.status', 'profiles.list', 'profiles.current']);

function failing(answers: Partial<Handlers>): Partial<Handlers> {
  const refuse = (): never => {
    throw new SluiceError(
      'DATABASE_READ_ONLY',
      'The database of this profile cannot be written: the disk is read-only.',
      {
        next: 'Make the data folder writable and try again. Nothing was changed.',
      },
    );
  };
  return Object.fromEntries(
    Object.entries(answers).map(([name, answer]) => [name, ALIVE.has(name) ? answer : refuse]),
  );
}
