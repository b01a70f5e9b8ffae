import { expect } from 'vitest';
import type { Bundle, Outgoing, Peer } from '../../src/shared/contract/index.ts';
import { SluiceError, type ErrorCode } from '../../src/shared/errors.ts';
import { openPost, pair, type TestPost } from './bundles.ts';

/** A desk and a signer that are paired, and what a test of refusals does between them. */
export async function openGap() {
  const desk = openPost('Acme', 'desk');
  const vault = openPost('Vault', 'signer');
  const toVault: Peer = (await pair(desk, vault)).b;

  const take = async (sent: Outgoing | Uint8Array, acceptGap?: boolean, at: TestPost = vault) => {
    const content = sent instanceof Uint8Array ? Buffer.from(sent).toString('base64') : sent.content;
    return at.bundles.receive({ content, ...(acceptGap === undefined ? {} : { acceptGap }) }, at.who);
  };
  const rows = async (at: TestPost = vault): Promise<Bundle[]> =>
    (await at.bundles.list({ offset: 0, limit: 1000 }, at.who)).rows;

  async function refusal(sent: Outgoing | Uint8Array, acceptGap?: boolean, at?: TestPost) {
    const error: unknown = await take(sent, acceptGap, at).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof SluiceError)) throw new Error('It was not refused in words.', { cause: error });
    return error;
  }

  return {
    desk,
    vault,
    toVault,
    take,
    rows,
    refusal,
    send: (payload: string | Uint8Array = 'hello', hours = 24, to = toVault.id): Promise<Outgoing> =>
      desk.post.send({ kind: 'sign-request', to, payload, subject: 'operation:1', name: 'pay', hours }),
    bytesOf: (sent: Outgoing) => Buffer.from(sent.content, 'base64'),
    lastReceived: async () => (await vault.pairing.peers({}, vault.who)).peers[0]?.lastReceived,

    /** Refused with this code, recorded with the same words, audited, and nothing done. */
    async expectRefused(
      sent: Outgoing | Uint8Array,
      code: ErrorCode,
      words: RegExp,
      { acceptGap, at = vault }: { acceptGap?: boolean; at?: TestPost } = {},
    ): Promise<Bundle> {
      const before = at.applied.length;
      const error = await refusal(sent, acceptGap, at);
      expect(error.code).toBe(code);
      expect(error.message).toMatch(words);
      expect(error.next).not.toBe('');
      expect(at.applied).toHaveLength(before);
      const [row] = await rows(at);
      expect(row).toMatchObject({
        direction: 'received',
        state: 'refused',
        sentence: error.message,
        fileName: null,
      });
      const entry = [...at.store.auditAll()].findLast(({ type }) => type === 'bundle.refused');
      expect(entry).toMatchObject({ actor: 'test', data: { code, sentence: error.message } });
      return row as Bundle;
    },
  };
}
