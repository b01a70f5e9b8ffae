import type { Core } from './core.ts';

const FIRMWARE = '1.0.40';
const PLUS = 'JADE_V2';
const DEFAULT_MAC = '0123454A2F10';

/** The answer to `get_version_info`, as release firmware of a Jade Plus gives it. */
export function versionInfo(core: Core): Record<string, unknown> {
  const { firmware, board, features, mac } = core.options;
  return {
    JADE_VERSION: firmware ?? FIRMWARE,
    JADE_OTA_MAX_CHUNK: 4096,
    JADE_CONFIG: 'BLE',
    BOARD_TYPE: board ?? PLUS,
    JADE_FEATURES: features ?? 'SB',
    IDF_VERSION: 'v5.4',
    CHIP_FEATURES: '32000000',
    EFUSEMAC: mac ?? DEFAULT_MAC,
    ATTESTATION_INITIALISED: false,
    BATTERY_STATUS: 5,
    BATTERY_MILLIVOLTS: 4100,
    BATTERY_CHARGING: true,
    JADE_STATE: core.state,
    JADE_NETWORKS: core.memory.networks,
    JADE_HAS_PIN: core.memory.hasWallet,
  };
}

/** As it stands on the device: the last six digits of the chip's address. */
export function labelOf(core: Core): string {
  return `Jade ${(core.options.mac ?? DEFAULT_MAC).slice(-6).toUpperCase()}`;
}
