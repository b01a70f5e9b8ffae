import type { BlockInfo, Chain } from '../../chain/index.ts';
import {
  BLOCK_VERSION,
  EXTRA_ROOT,
  MAX_BLOCK_WITNESS,
  PARAMS_ROOT,
  SIGNBLOCK_SCRIPT,
  headerMerkleRoot,
} from '../../chain/index.ts';
import type { Bytes } from '../../crypto/index.ts';
import { concat, disassemble, serializeTransaction, toHex, varint } from '../../crypto/index.ts';
import { figure } from '../json.ts';
import { renderScript, renderTransaction, transactionHex } from '../render.ts';
import { RpcError } from '../rpc-error.ts';
import { assetIdOf, valueOf } from '../../crypto/index.ts';
import { hash256, intOf } from './args.ts';
import type { Methods } from './registry.ts';
import { method } from './registry.ts';

const FEDPEG_PROGRAM = 'a91472c44f957fc011d97e3406667dca5b1c930c402687';
const EXTENSION =
  '02fcba7ecf41bc7e1be4ee122d9d22e3333671eb0a3a87b5cdf099d59874e1940f02fcba7ecf41bc7e1be4ee122d9d22e3333671eb0a3a87b5cdf099d59874e1940f';
const PARENT_GENESIS = '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206';
const EPOCH = 10;
/** A tip older than this makes a node believe that it is still catching up. */
const CATCHING_UP_SECONDS = 24 * 3600;

function requireBlock(chain: Chain, value: unknown): BlockInfo {
  const block = chain.store.block(hash256(value, 'blockhash'));
  if (!block) throw new RpcError(-5, 'Block not found');
  return block;
}

function headerOf(chain: Chain, block: BlockInfo): Bytes {
  return chain.store.header(block.hash) ?? new Uint8Array(0);
}

function renderHeader(chain: Chain, block: BlockInfo): Record<string, unknown> {
  const active = chain.store.isActive(block.hash);
  const next = active ? chain.store.activeHash(block.height + 1) : null;
  const script = toHex(SIGNBLOCK_SCRIPT);
  return {
    hash: block.hash,
    confirmations: active ? chain.tip.height - block.height + 1 : -1,
    height: block.height,
    version: BLOCK_VERSION,
    versionHex: BLOCK_VERSION.toString(16).padStart(8, '0'),
    merkleroot: headerMerkleRoot(headerOf(chain, block)),
    time: block.time,
    mediantime: chain.medianTime(block.hash),
    signblock_witness_hex: ['51'],
    dynamic_parameters: {
      current: {
        type: 'compact',
        root: PARAMS_ROOT,
        signblockscript: script,
        max_block_witness: MAX_BLOCK_WITNESS,
        extra_root: EXTRA_ROOT,
      },
      proposed: { type: 'null' },
    },
    nTx: block.txids.length,
    ...(block.previous === null ? {} : { previousblockhash: block.previous }),
    ...(next === null ? {} : { nextblockhash: next }),
  };
}

function renderBlock(chain: Chain, block: BlockInfo, verbosity: number): unknown {
  const txs = block.txids.flatMap((txid) => {
    const tx = chain.store.transaction(txid);
    return tx ? [tx] : [];
  });
  if (verbosity === 0) {
    const parts = txs.map(serializeTransaction);
    return toHex(concat(headerOf(chain, block), varint(txs.length), ...parts));
  }
  const { nTx, previousblockhash, nextblockhash, ...header } = renderHeader(chain, block);
  return {
    ...header,
    nTx,
    ...(previousblockhash === undefined ? {} : { previousblockhash }),
    ...(nextblockhash === undefined ? {} : { nextblockhash }),
    strippedsize: block.strippedSize,
    size: block.size,
    weight: block.weight,
    tx:
      verbosity === 1
        ? block.txids
        : txs.map((tx) => ({ ...renderTransaction(tx), hex: transactionHex(tx) })),
  };
}

export const chainMethods: Methods = {
  getblockchaininfo: method([], ({ core: { chain } }) => {
    const { tip } = chain;
    const script = toHex(SIGNBLOCK_SCRIPT);
    return {
      chain: 'elementsregtest',
      blocks: tip.height,
      headers: tip.height,
      bestblockhash: tip.hash,
      time: tip.time,
      mediantime: chain.medianTime(),
      verificationprogress: 1,
      initialblockdownload: chain.now() - tip.time > CATCHING_UP_SECONDS,
      size_on_disk: 397 + tip.height * 400,
      pruned: false,
      trim_headers: false,
      current_params_root: PARAMS_ROOT,
      current_signblock_asm: disassemble(SIGNBLOCK_SCRIPT),
      current_signblock_hex: script,
      max_block_witness: MAX_BLOCK_WITNESS,
      current_fedpeg_program: FEDPEG_PROGRAM,
      current_fedpeg_script: '51',
      extension_space: [EXTENSION],
      epoch_length: EPOCH,
      total_valid_epochs: 2,
      epoch_age: tip.height % EPOCH,
      warnings: '',
    };
  }),

  getnetworkinfo: method([], () => ({
    version: 230303,
    subversion: '/Elements Core:23.3.3/',
    protocolversion: 70016,
    localservices: '0000000000000409',
    localservicesnames: ['NETWORK', 'WITNESS', 'NETWORK_LIMITED'],
    localrelay: true,
    timeoffset: 0,
    networkactive: true,
    connections: 0,
    connections_in: 0,
    connections_out: 0,
    networks: ['ipv4', 'ipv6', 'onion', 'i2p', 'cjdns'].map((name) => ({
      name,
      limited: !name.startsWith('ip'),
      reachable: name.startsWith('ip'),
      proxy: '',
      proxy_randomize_credentials: false,
    })),
    relayfee: figure(100n),
    incrementalfee: figure(100n),
    localaddresses: [],
    warnings: '',
  })),

  getblockcount: method([], ({ core }) => core.chain.tip.height),
  getbestblockhash: method([], ({ core }) => core.chain.tip.hash),

  getblockhash: method(['height'], ({ core, args }) => {
    const hash = core.chain.store.activeHash(intOf(args.required(0, 'getblockhash height')));
    if (hash === null) throw new RpcError(-8, 'Block height out of range');
    return hash;
  }),

  getblockheader: method(['blockhash', 'verbose'], ({ core: { chain }, args }) => {
    const block = requireBlock(chain, args.required(0, 'getblockheader "blockhash" ( verbose )'));
    return args.bool(1, true) ? renderHeader(chain, block) : toHex(headerOf(chain, block));
  }),

  getblock: method(['blockhash', 'verbosity'], ({ core: { chain }, args }) => {
    const block = requireBlock(chain, args.required(0, 'getblock "blockhash" ( verbosity )'));
    const wanted = args.at(1);
    const verbosity = typeof wanted === 'boolean' ? (wanted ? 1 : 0) : args.int(1, 1);
    return renderBlock(chain, block, verbosity);
  }),

  gettxout: method(['txid', 'n', 'include_mempool'], ({ core: { chain }, args }) => {
    const txid = hash256(args.required(0, 'gettxout "txid" n ( include_mempool )'), 'txid');
    const vout = intOf(args.required(1, 'gettxout "txid" n ( include_mempool )'));
    const includeMempool = args.bool(2, true);
    const coin = chain.store.output(txid, vout);
    if (!coin || (coin.height < 0 && !includeMempool)) return null;
    const spender = chain.store.spender(txid, vout);
    if (spender !== null && (includeMempool || chain.locate(spender)?.kind === 'block')) return null;
    const value = valueOf(coin.output.value);
    const asset = assetIdOf(coin.output.asset);
    return {
      bestblock: chain.tip.hash,
      confirmations: coin.height < 0 ? 0 : chain.tip.height - coin.height + 1,
      ...(value === null ? { valuecommitment: toHex(coin.output.value) } : { value: figure(value) }),
      ...(asset === null ? { assetcommitment: toHex(coin.output.asset) } : { asset }),
      commitmentnonce: coin.output.nonce.length === 33 ? toHex(coin.output.nonce) : '',
      scriptPubKey: renderScript(coin.output.script),
      coinbase: coin.coinbase,
    };
  }),

  getsidechaininfo: method([], ({ core }) => ({
    fedpegscript: '51',
    current_fedpeg_programs: [FEDPEG_PROGRAM],
    current_fedpegscripts: ['51'],
    pegged_asset: core.chain.policyAsset,
    min_peg_diff: `7${'f'.repeat(63)}`,
    parent_blockhash: PARENT_GENESIS,
    parent_chain_has_pow: true,
    enforce_pak: false,
    pegin_confirmation_depth: 8,
  })),

  dumpassetlabels: method([], ({ core }) => ({ bitcoin: core.chain.policyAsset })),
  syncwithvalidationinterfacequeue: method([], () => null),
  uptime: method(
    [],
    ({ core }) => core.chain.now() - (core.chain.store.block(core.chain.genesisHash)?.time ?? 0),
  ),

  invalidateblock: method(['blockhash'], ({ core: { chain }, args }) => {
    chain.judge(requireBlock(chain, args.required(0, 'invalidateblock "blockhash"')).hash, false);
    return null;
  }),

  reconsiderblock: method(['blockhash'], ({ core: { chain }, args }) => {
    chain.judge(requireBlock(chain, args.required(0, 'reconsiderblock "blockhash"')).hash, true);
    return null;
  }),
};
