/** How long an answer may take. */
export type TimeClass = 'quick' | 'wallet' | 'heavy' | 'import';

export const TIMEOUTS: Readonly<Record<TimeClass, number>> = {
  quick: 20_000,
  // A wallet answers nothing while it builds or signs something large (3.8 s for 80 recipients, measured on a quiet node).
  wallet: 60_000,
  heavy: 5 * 60_000,
  // Importing descriptors rescans; from an old birthday that is the whole chain.
  import: 6 * 60 * 60_000,
};

interface MethodTraits {
  /** A read may be repeated once when the connection broke; anything else is sent exactly once. */
  read: boolean;
  time: TimeClass;
}

const read = (time: TimeClass): MethodTraits => ({ read: true, time });
const change = (time: TimeClass): MethodTraits => ({ read: false, time });

/**
 * The methods this client calls. `sendmany`, `sendtoaddress`, `issueasset`, `reissueasset` and `destroyamount` are absent
 * on purpose: they broadcast before anybody knows the txid, and the txid they return does not prove that they did.
 */
const METHODS: Readonly<Record<string, MethodTraits>> = {
  getnetworkinfo: read('quick'),
  getblockchaininfo: read('quick'),
  getsidechaininfo: read('quick'),
  getblockhash: read('quick'),
  getblockheader: read('quick'),
  getblock: read('heavy'),
  getrawmempool: read('quick'),
  getrawtransaction: read('quick'),
  getmempoolentry: read('quick'),
  gettxout: read('quick'),
  validateaddress: read('quick'),
  getdescriptorinfo: read('quick'),
  createpsbt: read('quick'),
  utxoupdatepsbt: read('heavy'),
  decodescript: read('quick'),
  decoderawtransaction: read('quick'),
  listwallets: read('quick'),
  listwalletdir: read('quick'),
  getwalletinfo: read('wallet'),
  listunspent: read('wallet'),
  listlockunspent: read('wallet'),
  gettransaction: read('wallet'),
  listtransactions: read('wallet'),
  listdescriptors: read('wallet'),
  dumpmasterblindingkey: read('wallet'),
  getaddressinfo: read('wallet'),
  testmempoolaccept: read('heavy'),
  finalizepsbt: read('heavy'),
  walletprocesspsbt: change('heavy'),
  sendrawtransaction: change('heavy'),
  lockunspent: change('wallet'),
  getnewaddress: change('wallet'),
  getrawchangeaddress: change('wallet'),
  loadwallet: change('heavy'),
  createwallet: change('heavy'),
  importdescriptors: change('import'),
  importmasterblindingkey: change('heavy'),
};

const FORBIDDEN: ReadonlySet<string> = new Set([
  'sendmany',
  'sendtoaddress',
  'send',
  'issueasset',
  'reissueasset',
  'destroyamount',
]);

/** A method that is not listed counts as one that changes something. */
export function traitsOf(method: string): MethodTraits {
  return METHODS[method] ?? change('wallet');
}

export function isForbidden(method: string): boolean {
  return FORBIDDEN.has(method);
}

const KEY_METHODS: ReadonlySet<string> = new Set([
  'importmasterblindingkey',
  'dumpmasterblindingkey',
  'importdescriptors',
  'getdescriptorinfo',
  'listdescriptors',
]);

/** Methods whose arguments or answers may hold key material: nothing the node says about them is repeated in full. */
export function handlesKeys(method: string): boolean {
  return KEY_METHODS.has(method);
}
