import { createHash } from 'node:crypto';
import { assetEntropy, assetFromEntropy } from '../../crypto/index.ts';
import { badParameters } from '../errors.ts';
import type { AssetName } from './show.ts';

interface Info {
  asset_id?: unknown;
  contract?: Record<string, unknown>;
  issuance_prevout?: { txid?: unknown; vout?: unknown };
}

/**
 * Names of assets from their registry contracts: each contract, written as JSON in the order in which it came, has to
 * hash to the asset. Throws DeviceError for one that does not, as the firmware refuses the whole call.
 */
export function assetNames(value: unknown): Map<string, AssetName> {
  const names = new Map<string, AssetName>();
  if (value === undefined || value === null) return names;
  if (!Array.isArray(value)) throw badParameters('Invalid asset info passed');
  for (const info of value as (Info | null)[]) {
    const { asset_id: assetId, contract, issuance_prevout: prevout } = info ?? {};
    const sound =
      typeof assetId === 'string' &&
      contract !== undefined &&
      typeof prevout?.txid === 'string' &&
      typeof prevout.vout === 'number';
    if (!sound || assetOf(contract, String(prevout?.txid), Number(prevout?.vout)) !== assetId) {
      throw badParameters('Invalid asset info passed');
    }
    const entity = contract['entity'] as { domain?: string } | undefined;
    names.set(assetId, {
      ticker: typeof contract['ticker'] === 'string' ? contract['ticker'] : '<None>',
      precision: Number(contract['precision'] ?? 0),
      issuer: entity?.domain ?? 'unknown issuer',
    });
  }
  return names;
}

function assetOf(contract: Record<string, unknown>, txid: string, vout: number): string {
  const hash = createHash('sha256').update(JSON.stringify(contract)).digest();
  return assetFromEntropy(assetEntropy(txid, vout, Uint8Array.from(hash)));
}
