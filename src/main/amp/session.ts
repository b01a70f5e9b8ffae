export interface AmpLogin {
  username: string;
  password: string;
}

/** Where the token rests between runs: a secret store. */
export interface TokenStore {
  load(): Promise<string | null>;
  save(token: string): Promise<void>;
  clear(): Promise<void>;
}

/** The token of one AMP account: obtained on first use, kept, and replaced when AMP refuses it. */
export interface Session {
  token(): Promise<string>;
  /** A token other than the refused one. Callers that were refused together share one renewal. */
  renew(refused: string): Promise<string>;
  /** Takes over a token that AMP gave in another answer (change-password, refresh-token). */
  adopt(token: string): Promise<void>;
  forget(): Promise<void>;
  /** What must not appear in any message. */
  secrets(): string[];
}

export function createSession(
  credentials: () => Promise<AmpLogin>,
  store: TokenStore,
  obtain: (login: AmpLogin) => Promise<string>,
): Session {
  let current: string | null = null;
  let password = '';
  let pending: Promise<string> | null = null;

  const share = (work: () => Promise<string>): Promise<string> => {
    pending ??= work().finally(() => {
      pending = null;
    });
    return pending;
  };

  const login = async (): Promise<string> => {
    const who = await credentials();
    password = who.password;
    const token = await obtain(who);
    await store.save(token);
    current = token;
    return token;
  };

  return {
    async token() {
      if (current !== null) return current;
      return share(async () => {
        const kept = await store.load();
        if (kept !== null && kept !== '') {
          current = kept;
          return kept;
        }
        return login();
      });
    },
    async renew(refused) {
      if (current !== null && current !== refused && pending === null) return current;
      return share(async () => {
        current = null;
        await store.clear();
        return login();
      });
    },
    async adopt(token) {
      await store.save(token);
      current = token;
    },
    async forget() {
      current = null;
      await store.clear();
    },
    secrets: () => [password, current ?? ''].filter((secret) => secret !== ''),
  };
}
