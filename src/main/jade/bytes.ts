import { SluiceError } from '../../shared/errors.ts';

/** Bytes of a hex text of exactly `length` bytes (any length without). Throws INVALID_ARGUMENT naming `what`. */
export function fromHex(hex: string, what: string, length?: number): Uint8Array {
  const good = /^([0-9a-fA-F]{2})*$/.test(hex) && (length === undefined || hex.length === length * 2);
  if (!good) {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `The ${what} is not ${length ?? 'a whole number of'} bytes of hex.`,
      {
        next: 'This is a fault of Sluice; tell its makers.',
      },
    );
  }
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** From the order that Elements prints (asset blinders, hashes) to the order of the commitments, or back. */
export function reversed(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes).reverse();
}

export function join(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
