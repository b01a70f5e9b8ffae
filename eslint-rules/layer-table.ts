export interface Layer {
  folder: string;
  /** Layers whose face this one may import. */
  may: readonly string[];
  /** Files of the face besides index.ts and types.ts. */
  face?: readonly string[];
  /** Every file is a face. */
  open?: boolean;
}

export interface LayerTable {
  layers: Readonly<Record<string, Layer>>;
  /** Owners by package. */
  packages: Readonly<Record<string, readonly string[]>>;
}

/** The outside world, one adapter each. They know nothing of each other. */
const outside = ['amp', 'elements', 'liquid', 'jade', 'keychain', 'store', 'amp0', 'amp2'];

/**
 * Who may import whom. What a row does not allow is forbidden; a folder without a row is an error. Layers see only each
 * other's face: `index.ts`, `types.ts` and what `face` names.
 */
export const layers: LayerTable['layers'] = {
  shared: { folder: 'src/shared', open: true, may: [] },

  files: { folder: 'src/main/files', may: ['shared'] },
  seal: { folder: 'src/main/seal', may: ['shared'] },
  amp: { folder: 'src/main/amp', may: ['shared'] },
  elements: { folder: 'src/main/elements', may: ['shared'] },
  liquid: { folder: 'src/main/liquid', may: ['shared', 'seal'] },
  jade: { folder: 'src/main/jade', may: ['shared'] },
  amp0: { folder: 'src/main/amp0', may: ['shared'] },
  amp2: { folder: 'src/main/amp2', may: ['shared'] },
  keychain: { folder: 'src/main/keychain', may: ['shared', 'files'] },
  store: { folder: 'src/main/store', may: ['shared', 'files'] },

  bundles: { folder: 'src/main/bundles', may: ['shared', 'keychain', 'store'] },
  signing: { folder: 'src/main/signing', may: ['shared', ...outside] },
  imports: { folder: 'src/main/imports', may: ['shared', 'files', ...outside] },
  holders: { folder: 'src/main/holders', may: ['shared', 'files', 'imports', ...outside] },
  assets: { folder: 'src/main/assets', may: ['shared', 'holders', ...outside] },
  allocations: {
    folder: 'src/main/allocations',
    may: ['shared', 'files', 'imports', 'holders', 'operations', ...outside],
  },
  operations: { folder: 'src/main/operations', may: ['shared', 'signing', ...outside] },
  treasury: { folder: 'src/main/treasury', may: ['shared', 'operations', 'signing', ...outside] },
  rounds: {
    folder: 'src/main/rounds',
    may: ['shared', 'signing', 'bundles', 'operations', 'treasury', ...outside],
  },
  /** Where custody wallets look at the chain. */
  chain: { folder: 'src/main/chain', may: ['shared', ...outside] },
  custody: {
    folder: 'src/main/custody',
    may: ['shared', 'files', 'chain', 'signing', 'bundles', ...outside],
  },
  signer: { folder: 'src/main/signer', may: ['shared', 'signing', 'bundles', ...outside] },
  profiles: { folder: 'src/main/profiles', may: ['shared', 'files', ...outside] },

  desk: {
    folder: 'src/main/desk',
    face: ['dispatch.ts'],
    may: [
      'shared',
      'files',
      'seal',
      'signing',
      'imports',
      'holders',
      'assets',
      'allocations',
      'operations',
      'treasury',
      'bundles',
      'rounds',
      'signer',
      'chain',
      'custody',
      'profiles',
      'sandbox',
      ...outside,
    ],
  },

  hosting: { folder: 'src/main/hosting', may: ['shared', 'desk'] },
  shell: { folder: 'src/main/shell', may: ['shared', 'desk', 'hosting'] },
  browserHost: { folder: 'src/main/browser-host', may: ['shared', 'desk', 'hosting'] },
  electronMain: { folder: 'src/main/index.ts', may: ['desk', 'hosting', 'shell'] },
  cli: { folder: 'src/cli', may: ['shared', 'desk', 'hosting'] },

  sandbox: { folder: 'src/sandbox', may: ['shared'] },
  preload: { folder: 'src/preload', may: ['shared'] },
  /** Files that are shipped beside the program, for the page to hand out. */
  resources: { folder: 'resources', open: true, may: [] },
  renderer: { folder: 'src/renderer', may: ['shared', 'resources'] },
};

/** Packages that belong to certain layers. What is not named here may be imported anywhere. */
export const packages: LayerTable['packages'] = {
  electron: ['shell', 'preload', 'electronMain'],
  lwk_wasm: ['liquid'],
  wallycore: ['liquid', 'sandbox'],
  '@vulpemventures/secp256k1-zkp': ['sandbox'],
  'better-sqlite3': ['store', 'files', 'sandbox'],
  keytar: ['keychain'],
  ws: ['browserHost', 'amp0', 'sandbox'],
  '@msgpack/msgpack': ['amp0', 'sandbox'],
  serialport: ['jade'],
  cborg: ['jade', 'bundles', 'signing', 'sandbox'],
  react: ['renderer'],
  'react-dom': ['renderer'],
};
