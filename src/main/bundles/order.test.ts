import { z } from 'zod';
import { beforeEach, describe, expect, it } from 'vitest';
import { openPost, pair } from '../../../test/support/bundles.ts';
import { openGap } from '../../../test/support/refused.ts';
import { SluiceError } from '../../shared/errors.ts';

const HOUR = 3_600_000;

type Gap = Awaited<ReturnType<typeof openGap>>;
let { desk, vault, send, take, refusal, rows, lastReceived, expectRefused } = {} as Gap;
beforeEach(async () => {
  ({ desk, vault, send, take, refusal, rows, lastReceived, expectRefused } = await openGap());
});

describe('the order of bundles', () => {
  it('is that in which they were made, and each counts once', async () => {
    const [first, second, third] = [await send('1'), await send('2'), await send('3')];
    await expectRefused(second, 'BUNDLE_OUT_OF_ORDER', /number 2 of “Acme”; number 1 has not arrived/);
    await expectRefused(third, 'BUNDLE_OUT_OF_ORDER', /numbers 1 to 2 have not arrived/);
    await take(first);
    await expectRefused(first, 'BUNDLE_REPLAYED', /taken in already, as number 1/);
    await expectRefused(first, 'BUNDLE_REPLAYED', /taken in already/, { acceptGap: true });
    await take(second);
    await take(third);
    await expectRefused(second, 'BUNDLE_REPLAYED', /taken in already/);
    expect(vault.applied.map(({ payload }) => payload)).toEqual(['1', '2', '3']);
  });

  it('may have a gap when a person says so, which is audited; what was left out never comes in', async () => {
    const [first, second] = [await send('1'), await send('2')];
    await take(second, true);
    expect([...vault.store.auditAll()].at(-1)).toMatchObject({
      type: 'bundle.accepted',
      data: { gapAccepted: true, neverTakenIn: '1' },
    });
    await expectRefused(first, 'BUNDLE_OUT_OF_ORDER', /number 2 was taken in already/, { acceptGap: true });
    await take(await send('3'));
    expect([...vault.store.auditAll()].at(-1)?.data).not.toHaveProperty('gapAccepted');
    expect(vault.applied.map(({ payload }) => payload)).toEqual(['2', '3']);
  });

  it('shows a sender that was restored from a backup', async () => {
    await take(await send('1'));
    // What the sender made after its last backup is lost, and so is the memory of it.
    desk.store.db.exec('BEGIN');
    await send('2, lost with the disk');
    desk.store.db.exec('ROLLBACK');
    const again = await send('2');
    const third = await send('3');
    await take(again);
    await take(third);
    expect(await lastReceived()).toBe(3);
    // And the other way round: what the receiver has is newer than what the sender remembers.
    desk.store.db.exec('UPDATE peer SET last_sent = 2');
    await expectRefused(await send('3 again'), 'BUNDLE_REPLAYED', /Another bundle with the number 3/);
    await expectRefused(await send('4'), 'BUNDLE_OUT_OF_ORDER', /follows another number 3/);
    await take(await send('5'), true);
    await take(await send('6'));
  });

  it('goes on after a bundle that arrived and was refused', async () => {
    const expired = await send('1', 1);
    const [second, third] = [await send('2'), await send('3')];
    vault.time.now += 2 * HOUR;
    await expectRefused(second, 'BUNDLE_OUT_OF_ORDER', /number 1 has not arrived/);
    await expectRefused(expired, 'BUNDLE_EXPIRED', /expired/);
    await take(second);
    await take(third);
    expect(vault.applied.map(({ payload }) => payload)).toEqual(['2', '3']);
    vault.time.now -= 2 * HOUR;
    await expectRefused(expired, 'BUNDLE_OUT_OF_ORDER', /number 3 was taken in already/, { acceptGap: true });
  });

  it('is each sender’s own, and each direction’s', async () => {
    const other = openPost('Other desk', 'desk');
    const { a, b } = await pair(other, vault);
    await take(await send('1'));
    await take(await send('2'));
    const sending = { kind: 'sign-request', payload: 'o1', subject: 'x', name: 'x', hours: 1 } as const;
    await take(await other.post.send({ ...sending, to: b.id }));
    const back = await vault.post.send({ ...sending, kind: 'sign-result', to: a.id });
    await take(back, false, other);
    expect(vault.post.peers().map((peer) => [peer.name, peer.lastSent, peer.lastReceived])).toEqual([
      ['Acme', 0, 2],
      ['Other desk', 1, 1],
    ]);
  });
});

describe('what its receiver turns down', () => {
  it('has not used up its number, and is taken in when the reason is gone', async () => {
    const sent = await send();
    vault.fail.receiving = new SluiceError('VAULT_LOCKED', 'The vault is locked.', { next: 'Open it.' });
    const row = await expectRefused(sent, 'VAULT_LOCKED', /vault is locked/);
    expect(row).toMatchObject({ kind: 'sign-request', seq: 1, peerName: 'Acme' });
    expect(await lastReceived()).toBe(0);
    delete vault.fail.receiving;
    await take(sent);
    expect(await lastReceived()).toBe(1);
    expect((await rows()).map(({ state }) => state)).toEqual(['accepted', 'refused']);
  });

  it('has done nothing when what it does fails halfway', async () => {
    const sent = await send();
    vault.fail.applying = new Error('halfway');
    await expect(take(sent)).rejects.toThrow('halfway');
    const tables = () => vault.store.db.prepare(`SELECT name FROM sqlite_master WHERE name = 'trace'`).all();
    expect(tables()).toEqual([]);
    expect((await rows())[0]).toMatchObject({
      state: 'refused',
      sentence: expect.stringContaining('fault') as string,
    });
    delete vault.fail.applying;
    await take(sent);
    expect(tables()).toHaveLength(1);
  });

  it('is named when it is not what the kind carries', async () => {
    const parsed = z.strictObject({ requestId: z.string() }).safeParse({ requestId: 5 });
    if (parsed.success) throw new Error('This should not parse.');
    vault.fail.receiving = parsed.error;
    await expectRefused(await send(), 'BUNDLE_INVALID', /requestId/);
  });
});

describe('a flood of refusals', () => {
  it('is remembered up to a number, and told rather than listed in the audit trail', async () => {
    const good = await send();
    const stuck = await refusal(Buffer.from('the same again'));
    for (let again = 0; again < 20; again += 1) await refusal(Buffer.from('the same again'));
    expect(stuck.code).toBe('BUNDLE_INVALID');
    const refused = () => vault.auditTypes().filter((type) => type === 'bundle.refused').length;
    expect(refused()).toBe(1);
    for (let junk = 0; junk < 400; junk += 1) await refusal(Buffer.from(`junk ${junk}`));
    expect((await rows()).length).toBe(300);
    expect(refused()).toBe(60);
    vault.time.now += HOUR;
    await refusal(Buffer.from('an hour later'));
    expect([...vault.store.auditAll()].slice(-2)).toMatchObject([
      { type: 'bundle.refusals-uncounted', data: { refused: 341 } },
      { type: 'bundle.refused' },
    ]);
    await take(good);
    expect(vault.store.auditVerify().ok).toBe(true);
    expect(vault.store.db.prepare('SELECT count(*) FROM bundle_content').pluck().get()).toBe(0n);
  });

  it('of two at once is taken one after the other', async () => {
    const [first, second] = [await send('1'), await send('2')];
    const answers = await Promise.allSettled([take(first), take(first), take(second), take(second)]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
    expect(vault.applied).toHaveLength(2);
  });
});
