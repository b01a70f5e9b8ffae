import type { TokenStore } from '../amp/index.ts';
import { SECRET, type ProfileSecrets } from '../keychain/index.ts';

/** AMP's token beside the profile's other secrets. */
export function storedToken(secrets: ProfileSecrets): TokenStore {
  return {
    load: () => secrets.get(SECRET.ampToken),
    save: (token) => secrets.set(SECRET.ampToken, token),
    clear: () => secrets.remove(SECRET.ampToken),
  };
}

/** The sandbox's token lives as long as the simulated world does; it is nobody's secret. */
export function memoryTokenStore(): TokenStore {
  let token: string | null = null;
  return {
    load: () => Promise.resolve(token),
    save(value) {
      token = value;
      return Promise.resolve();
    },
    clear() {
      token = null;
      return Promise.resolve();
    },
  };
}
