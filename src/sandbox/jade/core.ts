import { CODE, DeviceError, Gone } from './errors.ts';
import { Memory } from './memory.ts';
import { isMainnet, networkOf, requireKind } from './networks.ts';
import { Panel } from './panel.ts';
import type { Params } from './params.ts';
import type { Deed, JadeNetworkName, JadeState, PinOracleAt, SimulatedJadeOptions } from './types.ts';
import { JadeWallet } from './wallet.ts';

export const DEFAULT_PIN = '123456';

/** The device without its cable: what it keeps, what it holds while it has power, its screen. */
export class Core {
  readonly options: SimulatedJadeOptions;
  readonly memory: Memory;
  readonly panel: Panel;
  /** Keys in RAM; null when locked or without a wallet. */
  private held: JadeWallet | null = null;
  /** Whether the host at the cable may use them. */
  private bound = false;
  private temporary = false;

  constructor(options: SimulatedJadeOptions, hand: (deed: Deed) => void) {
    this.options = options;
    this.memory = new Memory(options.flash, options.networks ?? 'ALL');
    this.panel = new Panel(options.person, hand);
  }

  get pin(): string {
    return this.options.pin ?? DEFAULT_PIN;
  }

  get isDevelopment(): boolean {
    return this.options.features === 'DEV';
  }

  get oracle(): PinOracleAt | null {
    return this.memory.oracle ?? this.options.oracle ?? null;
  }

  get state(): JadeState {
    if (!this.held) return this.memory.hasWallet ? 'LOCKED' : 'UNINIT';
    if (this.bound) return 'READY';
    return this.temporary ? 'TEMP' : 'UNSAVED';
  }

  /** Keys in RAM, whoever may use them. */
  get loaded(): JadeWallet | null {
    return this.held;
  }

  /** The wallet for the host. Throws DeviceError while it is locked. */
  get wallet(): JadeWallet {
    if (!this.held || !this.bound) {
      throw new DeviceError(CODE.locked, 'Cannot process message - hardware locked or uninitialized');
    }
    return this.held;
  }

  load(mnemonic: string, as: 'unsaved' | 'temporary'): void {
    this.held = new JadeWallet(mnemonic);
    this.bound = false;
    this.temporary = as === 'temporary';
  }

  /** From now on the host may use the wallet. */
  bind(mnemonic?: string): void {
    if (mnemonic !== undefined) this.held = new JadeWallet(mnemonic);
    if (!this.held) throw new Gone();
    this.bound = true;
  }

  forget(): void {
    this.held = null;
    this.bound = false;
    this.temporary = false;
  }

  /** The network that a call names, of the kind that this wallet was used on before. Throws DeviceError. */
  network(params: Params): JadeNetworkName {
    const network = networkOf(params);
    requireKind(network, this.memory.networks);
    if (this.memory.networks === 'ALL' && !this.isDevelopment) {
      this.memory.setNetworks(isMainnet(network) ? 'MAIN' : 'TEST');
    }
    return network;
  }
}
