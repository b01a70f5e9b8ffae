import type { ErrorCode } from '../../shared/errors.ts';

/** What an error of the node means for the desk. */
export interface Rule {
  codes: readonly number[];
  match?: RegExp;
  /** Only for these methods. */
  methods?: RegExp;
  code: ErrorCode;
  /** `$` is replaced by what the node said. */
  message: string;
  next: string;
}

const UNLOCK =
  'Unlock it on the node for long enough: elements-cli -rpcwallet=<wallet> walletpassphrase "<passphrase>" 3600. Then continue.';
const LOAD =
  'Load it (elements-cli loadwallet "<name>" true), or choose another wallet in the profile’s connection.';
const REPORT = 'Keep this message and look into the node’s debug.log; nothing was sent twice.';
const NEXT_BLOCK = 'Wait for one block, then retry.';

/** First match wins: particular texts before the general meaning of a code. */
export const RULES: readonly Rule[] = [
  {
    codes: [-28],
    code: 'NODE_WARMING_UP',
    message: 'The Elements node is starting: $',
    next: 'Wait; the desk tries again by itself. Loading a large chain can take some minutes.',
  },
  {
    codes: [-10],
    code: 'NODE_NOT_SYNCED',
    message: 'The node is still catching up with the chain: $',
    next: 'Wait until it has caught up.',
  },
  {
    codes: [-9],
    code: 'NODE_NOT_SYNCED',
    message: 'The node has no connection to other nodes.',
    next: 'Check its network and its connect or addnode settings.',
  },

  // Wallets
  {
    codes: [-18],
    match: /path does not exist/i,
    code: 'WALLET_NOT_LOADED',
    message: 'The node has no wallet of this name.',
    next: 'Check the name in the profile’s connection, or let the desk create the wallet.',
  },
  {
    codes: [-18],
    code: 'WALLET_NOT_LOADED',
    message: 'The treasury wallet is not loaded on the node.',
    next: LOAD,
  },
  {
    codes: [-19],
    code: 'WALLET_NOT_LOADED',
    message: 'The node has several wallets loaded and was not told which one to use.',
    next: 'Name the treasury wallet in the profile’s connection.',
  },
  { codes: [-13], code: 'WALLET_LOCKED', message: 'The treasury wallet is locked.', next: UNLOCK },
  {
    codes: [-14],
    code: 'NODE_REFUSED',
    message: 'The passphrase of the wallet is wrong.',
    next: 'Try again with the right passphrase.',
  },
  {
    codes: [-15, -17],
    code: 'NODE_REFUSED',
    message: 'The wallet needs no unlocking: $',
    next: 'Go on without a passphrase.',
  },
  {
    codes: [-4],
    match: /private keys are disabled/i,
    code: 'WALLET_UNSUITABLE',
    message: 'The wallet on the node is watch-only and cannot sign.',
    next: 'Let the desk’s key sign (profile with signer “keychain”), or use a wallet that has its keys.',
  },
  {
    codes: [-4, -36],
    match: /database already exists|already exists/i,
    code: 'CONFLICT',
    message: 'A wallet of this name already exists on the node.',
    next: 'Use that wallet, or choose another name.',
  },
  {
    codes: [-4, -35],
    match: /exclusive lock|already loaded|already being loaded/i,
    code: 'CONFLICT',
    message: 'The wallet is already loaded, or another program holds its file.',
    next: 'Stop the other program if there is one; otherwise just go on.',
  },
  {
    codes: [-4, -8],
    match: /non-descriptor wallets|legacy wallets cannot/i,
    code: 'WALLET_UNSUITABLE',
    message: 'The wallet is of the old kind (legacy) and has no descriptors.',
    next: 'Make a descriptor wallet for the treasury and move the funds there.',
  },
  {
    codes: [-4, -18],
    match: /wallet file verification failed|loading failed|corrupt/i,
    code: 'WALLET_UNSUITABLE',
    message: 'The node cannot open the wallet: $',
    next: 'Restore the wallet on the node from its backup.',
  },

  // Funds and size
  {
    codes: [-4, -6],
    match: /transaction too large/i,
    code: 'TRANSACTION_TOO_LARGE',
    message:
      'The transaction would be larger than the network relays (400,000 weight units hold 80 to 81 recipients).',
    next: 'Use fewer recipients per batch (Settings; 75 is safe).',
  },
  {
    codes: [-4, -6],
    match: /insufficient funds|preselected coins total amount does not cover|insufficient total/i,
    code: 'INSUFFICIENT_ASSET',
    message:
      'The coins do not cover the amounts together with the fee. The node does not say which asset is short.',
    next: 'Check on the Treasury page that the asset and L-BTC for the fee are there, confirmed and not reserved.',
  },
  {
    codes: [-4, -6],
    match: /too long of a mempool chain/i,
    code: 'TRANSACTION_REFUSED',
    message: 'The coins hang on too many unconfirmed transactions.',
    next: NEXT_BLOCK,
  },
  {
    codes: [-4, -6],
    match: /fee rate .* is lower than the minimum/i,
    code: 'TRANSACTION_REFUSED',
    message: 'The fee rate is below what the node accepts: $',
    next: 'Raise the fee rate in Settings (0.1 sat/vB is Liquid’s usual minimum).',
  },
  {
    codes: [-4, -6],
    match: /fee exceeds maximum|maxtxfee/i,
    code: 'TRANSACTION_REFUSED',
    message: 'The fee would be above the node’s own ceiling: $',
    next: 'Lower the fee rate in Settings.',
  },
  {
    codes: [-6],
    match: /amount too small/i,
    code: 'INVALID_ARGUMENT',
    message: 'An amount of L-BTC is too small to be sent.',
    next: 'Send more, or leave this payment out.',
  },
  {
    codes: [-6],
    match: /at least one recipient/i,
    code: 'INVALID_ARGUMENT',
    message: 'The transaction has no recipient.',
    next: 'Add at least one payment.',
  },
  {
    codes: [-4, -6],
    match: /no asset provided|unknown label and invalid asset/i,
    code: 'INVALID_ARGUMENT',
    message: 'The node does not know the asset: $',
    next: 'Check the asset id.',
  },
  {
    codes: [-4, -6],
    match: /reissuance token/i,
    code: 'WALLET_UNSUITABLE',
    message: 'The wallet does not hold what a reissuance needs: $',
    next: 'Use the wallet that issued the asset and holds its reissuance token.',
  },
  {
    codes: [-6],
    code: 'INSUFFICIENT_ASSET',
    message: 'The wallet cannot fund this: $',
    next: 'Check on the Treasury page that the asset and L-BTC for the fee are there, confirmed and not reserved.',
  },
  {
    codes: [-4],
    match: /signing transaction failed/i,
    code: 'SIGNING_FAILED',
    message: 'The wallet could not sign: it is locked, or the keys are not in it.',
    next: UNLOCK,
  },
  {
    codes: [-4],
    match: /surjection proof/i,
    code: 'PROOF_INVALID',
    message: 'The node could not blind the transaction: $',
    next: REPORT,
  },

  // Proofs and PSETs
  {
    codes: [-25],
    match: /proof of blinded value|value proof|rangeproof did not encode|blind_asset_proof|asset proof/i,
    code: 'PROOF_INVALID',
    message: 'The node found a proof in the transaction that does not hold: $',
    next: 'Do not sign it. Cancel the batch and build it again; if it happens twice, treat the builder as compromised.',
  },
  {
    codes: [-25],
    match: /not yet fully blinded|has nonce, but is not blinded/i,
    code: 'PSET_INVALID',
    message: 'The transaction is not fully blinded.',
    next: 'Cancel and plan again.',
  },
  {
    codes: [-22],
    methods: /psbt/,
    code: 'PSET_INVALID',
    message: 'The node cannot read the PSET: $',
    next: 'Cancel and plan again.',
  },
  {
    codes: [-22],
    code: 'TRANSACTION_REFUSED',
    message: 'The node cannot read the transaction: $',
    next: REPORT,
  },

  // Mempool and chain
  {
    codes: [-26],
    match: /txn-already|txn-same-nonwitness-data-in-mempool/i,
    code: 'CONFLICT',
    message: 'The node has this transaction already ($).',
    next: 'Do not pay it a second time; the desk follows it from here.',
  },
  {
    codes: [-25, -26],
    match: /missingorspent|missing-?inputs|txn-mempool-conflict|insufficient fee, rejecting replacement/i,
    code: 'INPUTS_SPENT',
    message: 'A coin of this transaction is already spent by another transaction ($).',
    next: 'Find out on the Treasury page who spent it. If that was not this batch, the batch has to be built again.',
  },
  {
    codes: [-26],
    match: /too-long-mempool-chain/i,
    code: 'TRANSACTION_REFUSED',
    message: 'The coins hang on too many unconfirmed transactions ($).',
    next: NEXT_BLOCK,
  },
  {
    codes: [-26],
    match: /min relay fee not met|mempool min fee not met/i,
    code: 'TRANSACTION_REFUSED',
    message: 'The fee is too low for the node ($).',
    next: 'Cancel, raise the fee rate in Settings, and plan again.',
  },
  {
    codes: [-25, -26],
    match: /fee exceeds maximum|max-fee-exceeded/i,
    code: 'TRANSACTION_REFUSED',
    message: 'The fee is higher than the node lets pass ($).',
    next: 'Cancel, lower the fee rate in Settings, and plan again.',
  },
  {
    codes: [-26],
    match: /tx-size|weight/i,
    code: 'TRANSACTION_TOO_LARGE',
    message: 'The transaction is larger than the network relays ($).',
    next: 'Use fewer recipients per batch (Settings; 75 is safe).',
  },
  {
    codes: [-26],
    match: /mempool-script-verify-flag-failed|script-verify/i,
    code: 'SIGNING_FAILED',
    message: 'A signature of the transaction is not valid ($).',
    next: 'Check that the signer holds the treasury’s keys, and sign again.',
  },
  {
    codes: [-26],
    match: /issuance-out-of-range/i,
    code: 'TRANSACTION_REFUSED',
    message: 'The network does not relay an unblinded issuance of more than 21,000,000.00000000 ($).',
    next: 'Issue less, or issue blinded.',
  },
  {
    codes: [-26],
    match: /in-ne-out|in-belowout|commitment|rangeproof|surjection/i,
    code: 'PROOF_INVALID',
    message: 'The amounts or proofs of the transaction do not add up ($).',
    next: 'Cancel the batch and build it again.',
  },
  {
    codes: [-25, -26],
    code: 'TRANSACTION_REFUSED',
    message: 'The node refused the transaction: $',
    next: 'Nothing was sent. Cancel the batch and build it again; if it is refused again, keep this message.',
  },
  {
    codes: [-27],
    code: 'CONFLICT',
    message: 'The transaction is already in the chain.',
    next: 'Nothing needs to be done.',
  },

  // Arguments
  {
    codes: [-3],
    match: /amount/i,
    code: 'INVALID_ARGUMENT',
    message: 'The node does not accept an amount: $',
    next: 'Amounts must be between 0.00000001 and 21,000,000 with at most eight decimals.',
  },
  {
    codes: [-5],
    match: /invalid (bitcoin |elements |liquid )?address/i,
    code: 'INVALID_ARGUMENT',
    message: 'The node does not accept an address: $',
    next: 'Check that the address is complete and belongs to this network.',
  },
  {
    codes: [-5],
    match: /descriptor/i,
    code: 'INVALID_ARGUMENT',
    message: 'The node does not accept the descriptor.',
    next: 'Elements takes plain descriptors such as wpkh([fingerprint/84h/1776h/0h]xpub…/0/*); the blinding key goes separately.',
  },
  {
    codes: [-5],
    code: 'NOT_FOUND',
    message: 'The node does not know it: $',
    next: 'Check the id; the node may still be catching up.',
  },
  {
    codes: [-8],
    match: /expected unspent output|unknown transaction|vout index out of bounds/i,
    code: 'INPUTS_SPENT',
    message: 'A coin cannot be reserved because the wallet does not have it any more: $',
    next: 'Reload the Treasury page and plan again.',
  },
  {
    codes: [-8],
    match: /already locked|expected locked output/i,
    code: 'CONFLICT',
    message: 'The reservation of a coin changed meanwhile: $',
    next: 'Try again; the desk looks at the reservations anew.',
  },
  {
    codes: [-8],
    match: /block height out of range/i,
    code: 'NOT_FOUND',
    message: 'The chain has no block of this height yet.',
    next: 'Wait until the node has caught up.',
  },
  {
    codes: [-8],
    match: /duplicated address/i,
    code: 'INVALID_ARGUMENT',
    message: 'Two payments of one asset go to the same address, which a transaction cannot hold.',
    next: 'Put them into different batches, or add them up.',
  },
  {
    codes: [-1, -3, -5, -8, -32600, -32602],
    code: 'INVALID_ARGUMENT',
    message: 'The node does not accept the request: $',
    next: 'Check that the node is Elements 22 or newer. If it is, keep this message: it is a fault of the desk.',
  },
  {
    codes: [-32601],
    code: 'NODE_REFUSED',
    message: 'The node does not know a method that the desk needs.',
    next: 'Use Elements 22 or newer with its wallet enabled (not -disablewallet).',
  },
  {
    codes: [-32700],
    code: 'NODE_REFUSED',
    message: 'The node could not read the request.',
    next: 'Look whether something between desk and node changes requests (a proxy).',
  },
  {
    codes: [-7, -20],
    code: 'NODE_REFUSED',
    message: 'The node has trouble with its memory or its disk: $',
    next: 'Free space on the node’s machine and look into its debug.log.',
  },
];

/** Any error that no rule names. */
export const OTHERWISE: Omit<Rule, 'codes'> = {
  code: 'NODE_REFUSED',
  message: 'The node refused: $',
  next: REPORT,
};
