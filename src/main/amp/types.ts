import type { Amount } from '../../shared/money.ts';

export interface AmpCredentials {
  url: string;
  username: string;
  password: string;
}

/** AMP's objects, as the desk uses them: old field names already folded into the new ones, amounts in base units. */
export interface AmpRegisteredUser {
  id: number;
  name: string;
  gaid: string | null;
  isCompany: boolean;
  categories: number[];
  creator: number | null;
}

export interface AmpCategory {
  id: number;
  name: string;
  description: string;
  registeredUsers: number[];
  assets: string[];
}

export interface AmpAsset {
  assetUuid: string;
  assetId: string;
  name: string;
  ticker: string | null;
  precision: number;
  domain: string | null;
  pubkey: string | null;
  reissuanceTokenId: string | null;
  requirements: number[];
  isRegistered: boolean;
  isAuthorized: boolean;
  isLocked: boolean;
  transferRestricted: boolean;
  issuerAuthorizationEndpoint: string | null;
}

export interface AmpSummary {
  assetId: string;
  reissuanceTokenId: string | null;
  issued: Amount;
  reissued: Amount;
  assigned: Amount;
  distributed: Amount;
  burned: Amount;
  blacklisted: Amount;
  registeredUsers: number;
  activeRegisteredUsers: number;
  activeGreenSubaccounts: number;
  reissuanceTokens: Amount;
}

export interface AmpAssignment {
  id: number;
  registeredUser: number;
  amount: Amount;
  receivingAddress: string | null;
  distributionUuid: string | null;
  ready: boolean;
  distributed: boolean;
  vestingTimestamp: number | null;
  hasVested: boolean;
  gaid: string | null;
  creator: number | null;
}

export interface AmpDistributionFile {
  distributionUuid: string;
  assetUuid: string;
  assetId: string;
  baseUrl: string;
  minSupportedClientScriptVersion: number;
  /** Address to amount, in the order AMP gave. */
  payments: { address: string; assetId: string; amount: Amount }[];
}

export interface AmpDistribution {
  distributionUuid: string;
  status: 'UNCONFIRMED' | 'CONFIRMED';
  transactions: {
    txid: string;
    status: 'UNCONFIRMED' | 'CONFIRMED';
    height: number | null;
    assignments: { registeredUser: number; amount: Amount; vout: number | null }[];
  }[];
}

export interface AmpOwnership {
  /** Registered user, 'ISSUER', or null for an issuer-tracked GAID. */
  owner: number | 'ISSUER' | null;
  gaid: string | null;
  amount: Amount;
}

export interface AmpOutPoint {
  txid: string;
  vout: number;
}

/** One entry of the confirm call: keys as Elements' gettransaction and listunspent print them, amounts as decimal text. */
export interface AmpConfirmPayload {
  tx_data: { txid: string; details: Record<string, unknown>[] };
  change_data: Record<string, unknown>[];
}

/** The calls of AMP's issuer API that the engine, the treasury and the registers use. `amp/` has the whole API. */
export interface AmpPort {
  info(): Promise<{ version: string; notes: string | null }>;
  registeredUsers: {
    list(): Promise<AmpRegisteredUser[]>;
    get(id: number): Promise<AmpRegisteredUser>;
    add(user: { name: string; isCompany: boolean; gaid?: string | undefined }): Promise<AmpRegisteredUser>;
    rename(id: number, name: string): Promise<AmpRegisteredUser>;
    remove(id: number): Promise<void>;
    summary(
      id: number,
    ): Promise<
      { assetUuid: string; assetId: string; assigned: Amount; distributed: Amount; balance: Amount }[]
    >;
    gaids(id: number): Promise<string[]>;
    addGaid(id: number, gaid: string): Promise<void>;
    setDefaultGaid(id: number, gaid: string): Promise<void>;
  };
  gaids: {
    validate(gaid: string): Promise<{ valid: boolean; error: string | null }>;
    registeredUser(gaid: string): Promise<number | null>;
    balance(gaid: string): Promise<{ assetUuid: string; assetId: string; balance: Amount }[]>;
  };
  categories: {
    list(): Promise<AmpCategory[]>;
    get(id: number): Promise<AmpCategory>;
    add(category: { name: string; description: string }): Promise<AmpCategory>;
    edit(id: number, category: { name: string; description: string }): Promise<AmpCategory>;
    remove(id: number): Promise<void>;
    addUser(id: number, user: number): Promise<AmpCategory>;
    removeUser(id: number, user: number): Promise<AmpCategory>;
    addAsset(id: number, assetUuid: string): Promise<AmpCategory>;
    removeAsset(id: number, assetUuid: string): Promise<AmpCategory>;
  };
  assets: {
    list(): Promise<AmpAsset[]>;
    get(assetUuid: string): Promise<AmpAsset>;
    summary(assetUuid: string): Promise<AmpSummary>;
    balance(assetUuid: string): Promise<{
      confirmed: AmpOwnership[];
      lostOutputs: AmpOutPoint[];
      reissuanceLostOutputs: AmpOutPoint[];
    }>;
    ownerships(assetUuid: string, height?: number): Promise<AmpOwnership[]>;
    activities(
      assetUuid: string,
      page: { start: number; count: number; order: 'asc' | 'desc' },
    ): Promise<
      {
        type: string;
        datetime: string | null;
        description: string;
        txid: string | null;
        vout: number | null;
        height: number | null;
        registeredUser: number | null;
        gaid: string | null;
        amount: Amount;
      }[]
    >;
    lock(assetUuid: string): Promise<AmpAsset>;
    unlock(assetUuid: string): Promise<AmpAsset>;
    /** A GET that mutates: sent once, never retried by the client. */
    registerAuthorized(assetUuid: string): Promise<AmpAsset>;
    treasuryAddresses(assetUuid: string): Promise<string[]>;
    addTreasuryAddresses(assetUuid: string, addresses: readonly string[]): Promise<void>;
  };
  assignments: {
    list(assetUuid: string, filter?: { distributed: boolean }): Promise<AmpAssignment[]>;
    create(
      assetUuid: string,
      assignment: {
        registeredUser: number;
        amount: Amount;
        ready: boolean;
        vestingTimestamp?: number | null;
      },
    ): Promise<AmpAssignment>;
    lock(assetUuid: string, id: number): Promise<AmpAssignment>;
    unlock(assetUuid: string, id: number): Promise<AmpAssignment>;
    remove(assetUuid: string, id: number): Promise<void>;
  };
  distributions: {
    /** A GET that mutates. Null when AMP had nothing to distribute (its answer then has no distribution_uuid). */
    create(assetUuid: string): Promise<AmpDistributionFile | null>;
    confirm(assetUuid: string, distributionUuid: string, payload: AmpConfirmPayload): Promise<void>;
    cancel(assetUuid: string, distributionUuid: string): Promise<void>;
    list(assetUuid: string): Promise<AmpDistribution[]>;
    /** Null while AMP answers 404 (until confirmed). */
    get(assetUuid: string, distributionUuid: string): Promise<AmpDistribution | null>;
  };
}
