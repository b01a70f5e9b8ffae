import { SluiceError } from '../../shared/errors.ts';
import { fromHex, toHex } from './bytes.ts';
import { NETWORKS } from './networks.ts';
import type { TaskArgs, TaskResult } from './protocol.ts';
import type { LiquidNetwork } from './types.ts';
import { refusable, wally } from './wally.ts';

/** Longer than any address, shorter than what the library's stack minds. */
const LONGEST = 200;
const NO_FLAGS = 0;

/** `0014…`, `0020…`, `5120…`: a version and one push of 2 to 40 bytes. */
function isSegwit(script: Uint8Array): boolean {
  const [version, length] = script;
  const known = version === 0 || (version !== undefined && version >= 0x51 && version <= 0x60);
  return known && length === script.length - 2 && length >= 2 && length <= 40;
}

/** The confidential address of a script; null for a script that has none, and for a key that is no point. */
export function confidentialAddress(
  script: Uint8Array,
  blindingPubkey: Uint8Array,
  network: LiquidNetwork,
): string | null {
  const facts = NETWORKS[network];
  return refusable(() => {
    wally.ec_public_key_verify(blindingPubkey);
    if (isSegwit(script)) {
      const plain = wally.addr_segwit_from_bytes(script, facts.plainPrefix, NO_FLAGS);
      const { plainPrefix, confidentialPrefix } = facts;
      return wally.confidential_addr_from_addr_segwit(plain, plainPrefix, confidentialPrefix, blindingPubkey);
    }
    const plain = wally.scriptpubkey_to_address(script, facts.wallyNetwork);
    return wally.confidential_addr_from_addr(plain, facts.confidentialByte, blindingPubkey);
  });
}

interface Read {
  script: Uint8Array;
  blindingPubkey: Uint8Array | null;
}

/** An address has one spelling, so what is read has to be written the same again. */
function readConfidential(address: string, network: LiquidNetwork): Read | null {
  const { confidentialPrefix, plainPrefix, confidentialByte, wallyNetwork } = NETWORKS[network];
  const read = address.startsWith(`${confidentialPrefix}1`)
    ? refusable(() => {
        const plain = wally.confidential_addr_to_addr_segwit(address, confidentialPrefix, plainPrefix);
        return {
          script: wally.addr_segwit_to_bytes(plain, plainPrefix, NO_FLAGS),
          blindingPubkey: wally.confidential_addr_segwit_to_ec_public_key(address, confidentialPrefix),
        };
      })
    : refusable(() => ({
        script: wally.address_to_scriptpubkey(
          wally.confidential_addr_to_addr(address, confidentialByte),
          wallyNetwork,
        ),
        blindingPubkey: wally.confidential_addr_to_ec_public_key(address, confidentialByte),
      }));
  return read && confidentialAddress(read.script, read.blindingPubkey, network) === address ? read : null;
}

function readPlain(address: string, network: LiquidNetwork): Read | null {
  const { plainPrefix, wallyNetwork } = NETWORKS[network];
  const script = refusable(() =>
    address.startsWith(`${plainPrefix}1`)
      ? wally.addr_segwit_to_bytes(address, plainPrefix, NO_FLAGS)
      : wally.address_to_scriptpubkey(address, wallyNetwork),
  );
  return script && { script, blindingPubkey: null };
}

export function readAddress({ address, network }: TaskArgs<'readAddress'>): TaskResult<'readAddress'> {
  if (address.length > LONGEST || !/^[0-9a-zA-Z]+$/.test(address)) return null;
  // QR codes carry bech32 in upper case; base58 has letters of both cases.
  const text = address === address.toUpperCase() ? address.toLowerCase() : address;
  const read = readConfidential(text, network) ?? readPlain(text, network);
  return (
    read && {
      script: toHex(read.script),
      blindingPubkey: read.blindingPubkey && toHex(read.blindingPubkey),
    }
  );
}

export function writeAddress({ script, blindingPubkey, network }: TaskArgs<'writeAddress'>): string {
  const readable = /^([0-9a-f]{2}){1,100}$/i.test(script) && /^0[23][0-9a-f]{64}$/i.test(blindingPubkey);
  const address = readable ? confidentialAddress(fromHex(script), fromHex(blindingPubkey), network) : null;
  if (address !== null) return address;
  throw new SluiceError('INVALID_ARGUMENT', 'This script and blinding key have no address.', {
    next: 'Only segwit, P2SH and P2PKH scripts with a blinding key of 33 bytes have confidential addresses.',
    field: 'script',
  });
}
