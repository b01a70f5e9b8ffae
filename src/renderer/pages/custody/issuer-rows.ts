import type { CustodyWallet, SimulatedAmp2 } from '../../../shared/contract/index.ts';
import { sum, ZERO, type Amount } from '../../../shared/money.ts';

/** A wallet as the issuer of one asset sees it. */
export interface IssuerRow {
  /** Null for what is held outside registered wallets. */
  wid: string | null;
  /** The same wallet among this desk's. */
  wallet: CustodyWallet | undefined;
  member: boolean;
  amount: Amount;
}

/** Every registered wallet with what it holds of an asset, and one row for what lies elsewhere. */
export function issuerRows(
  { wallets }: Pick<SimulatedAmp2, 'wallets'>,
  asset: Pick<SimulatedAmp2['assets'][number], 'members' | 'ownership'>,
  own: readonly CustodyWallet[],
): IssuerRow[] {
  const held = (wid: string | null): Amount =>
    sum(asset.ownership.filter((each) => each.wid === wid).map((each) => each.amount));
  const known = wallets.map(({ wid }): IssuerRow => ({
    wid,
    wallet: own.find((each) => each.wid === wid),
    member: asset.members.includes(wid),
    amount: held(wid),
  }));
  const elsewhere = held(null);
  return elsewhere === ZERO
    ? known
    : [...known, { wid: null, wallet: undefined, member: false, amount: elsewhere }];
}
