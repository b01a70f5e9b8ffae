import type { Args, Network, Profile, TreasurySigner } from '../../shared/contract/index.ts';
import type { ProfileSecrets } from '../keychain/types.ts';
import type { Store } from '../store/types.ts';

/** What the simulated world of a Sandbox profile is started with. */
export interface SandboxOptions {
  blockSeconds: number;
  seed: number;
}

/** The profiles of one data folder. Which of them is open is the desk's affair. */
export interface Profiles {
  list(): Profile[];
  /** Throws NOT_FOUND. */
  get(id: string): Profile;
  /** By id or by name (`--profile NAME`); upper and lower case do not matter. */
  find(idOrName: string): Profile | null;
  create(args: Args<'profiles.create'>): Promise<Profile>;
  update(args: Args<'profiles.update'>): Promise<Profile>;
  /** Names the treasury wallet on the node and who signs for it. */
  setTreasury(id: string, treasury: { wallet: string; signer: TreasurySigner }): Profile;
  /** Deletes secrets, database and backups. CONFIRMATION_MISMATCH, PROFILE_BUSY. */
  remove(args: Args<'profiles.remove'>): Promise<void>;
  /**
   * Opens the database of a profile, made at the first time, and notes when. The store belongs to the caller, who
   * closes it. A database that has been there and is gone is not replaced by an empty one.
   */
  openStore(id: string): Store;
  /** Writes a verified copy of the open database into the profile's `backups` folder. */
  backup(
    id: string,
    store: Store,
    actor: string,
  ): Promise<{ path: string; bytes: number; auditHead: string }>;
  secrets(id: string): ProfileSecrets;
  /** Throws INVALID_ARGUMENT for a profile of another network. */
  sandbox(id: string): SandboxOptions;
  /** Where the simulated world of a Sandbox profile keeps its state. */
  sandboxFolder(id: string): string;
}

/** One profile as `profiles.json` has it: never a secret. */
export interface ProfileRecord extends Profile {
  network: Network;
  sandbox?: SandboxOptions | undefined;
  /** Being deleted: its secrets are gone, its files may not be yet. */
  removing?: boolean | undefined;
}
