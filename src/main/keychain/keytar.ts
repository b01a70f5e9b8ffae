/** The four calls of keytar that the desk uses. */
export interface Keyring {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
  findCredentials(service: string): Promise<{ account: string; password: string }[]>;
}

/**
 * Loads keytar when it is asked for. It is an optional dependency and needs libsecret on Linux, so that loading it may
 * fail on a machine where everything else works.
 */
export async function loadKeytar(): Promise<Keyring> {
  const loaded = (await import('keytar')) as Keyring & { default?: Keyring };
  return loaded.default ?? loaded;
}

/** What the person knows this machine's keychain as. */
export function keychainName(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'macOS Keychain';
  if (platform === 'win32') return 'Windows Credential Manager';
  return 'Secret Service keyring (GNOME Keyring, KWallet or the like)';
}

const REASONS: [RegExp, string][] = [
  [/libsecret/i, 'The library libsecret is not installed.'],
  [
    /Cannot find (package|module)|ERR_MODULE_NOT_FOUND|was compiled against|NODE_MODULE_VERSION|keytar\.node/i,
    'The keychain module (keytar) is not installed for this machine.',
  ],
  [
    /D-?Bus|org\.freedesktop\.secrets|ServiceUnknown|GDBus|No such interface/i,
    'No Secret Service answers in this session: no keyring program (GNOME Keyring, KWallet) is running.',
  ],
  [/no such secret collection|Object does not exist at path/i, 'The keyring has no default collection yet.'],
  [/locked|cancel|denied|interaction is not allowed|User canceled/i, 'The keyring is locked.'],
];

/** Why the keychain cannot be used, for a person. What the library itself said is kept behind it. */
export function problemInWords(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const known = REASONS.find(([pattern]) => pattern.test(text));
  const said = text.split('\n')[0] ?? '';
  return known ? `${known[1]} (${said})` : `The keychain does not work: ${said}`;
}
