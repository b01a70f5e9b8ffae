import type { BundleKind, Outgoing, Peer, Received } from '../../shared/contract/index.ts';

/** What deterministic CBOR carries here: whole numbers, text, bytes, lists and maps. */
export type Carried =
  | bigint
  | number
  | string
  | boolean
  | null
  | Uint8Array
  | readonly Carried[]
  | { readonly [key: string]: Carried };

export interface Sending {
  kind: BundleKind;
  to: string;
  payload: Carried;
  /** What it is about, for the audit trail: `operation:…`, `request:…`. */
  subject: string;
  /** Stem of the file's name, by operation and state: `pay-AG31-200-unsigned`. */
  name: string;
  /** How long the receiver may take it in. */
  hours: number;
  /** Who had it sent, for the audit trail; the engine itself when nobody is named. */
  actor?: string;
}

/** What is done with a payload once it has been understood: runs in the transaction that counts the bundle as received. */
export type Apply = () => Pick<Received, 'sentence' | 'goTo'>;

/**
 * Understands one kind of bundle. Everything that may take time or fail happens here; what it throws refuses the bundle
 * with that reason. `payload` is decoded CBOR (numbers above 2^53 as bigint, bytes as Uint8Array) and not yet checked.
 */
export type Receiver = (
  payload: unknown,
  from: Peer,
  bundle: { id: string; createdAt: number; expiresAt: number },
) => Promise<Apply>;

/** Sends and keeps bundles. The bytes of a sent bundle never change: it can be fetched again as often as it is needed. */
export interface Post {
  /** Throws PEER_UNKNOWN. Encrypted to the peer, signed, numbered, kept, audited. */
  send(sending: Sending): Promise<Outgoing>;
  /** Throws NOT_FOUND. */
  file(bundleId: string): Outgoing;
  peer(id: string): Peer;
  peers(): Peer[];
}
