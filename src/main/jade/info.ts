import { answerInvalid, MINIMUM_FIRMWARE } from './errors.ts';
import type { JadeNetwork } from './types.ts';

/** What `get_version_info` tells. */
export interface JadeInfo {
  version: string;
  board: string;
  /** Secure boot: the maker's firmware. Null when it says neither. */
  genuine: boolean | null;
  /** Six hex digits of the chip's address: the label that is also on its screen. */
  serial: string;
  state: 'UNINIT' | 'UNSAVED' | 'LOCKED' | 'READY' | 'TEMP';
  networks: 'MAIN' | 'TEST' | 'ALL';
}

const STATES = ['UNINIT', 'UNSAVED', 'LOCKED', 'READY', 'TEMP'] as const;
const NETWORKS = ['MAIN', 'TEST', 'ALL'] as const;

/** Printable and short, or empty: nothing that a foreign device sends is shown as it is. */
function word(value: unknown): string {
  return typeof value === 'string' && /^[ -~]{1,40}$/.test(value) ? value : '';
}

/** Reads the answer to `get_version_info`; null for an answer that no Jade gives. */
export function readInfo(result: unknown): JadeInfo | null {
  if (result === null || typeof result !== 'object') return null;
  const fields = result as Record<string, unknown>;
  const state = STATES.find((known) => known === fields['JADE_STATE']);
  const version = word(fields['JADE_VERSION']);
  if (!state || version === '') return null;
  const features = word(fields['JADE_FEATURES']);
  const mac = word(fields['EFUSEMAC']);
  return {
    version,
    board: word(fields['BOARD_TYPE']),
    genuine: features === 'SB' ? true : features === 'DEV' ? false : null,
    serial: /^[0-9a-fA-F]{12}$/.test(mac) ? mac.slice(-6).toUpperCase() : '',
    state,
    networks: NETWORKS.find((known) => known === fields['JADE_NETWORKS']) ?? 'ALL',
  };
}

export function requireInfo(result: unknown): JadeInfo {
  const info = readInfo(result);
  if (!info) throw answerInvalid('it does not tell its version and state');
  return info;
}

function parts(version: string): { numbers: [number, number, number]; suffix: string } | null {
  const match = /^(\d{1,5})\.(\d{1,5})\.(\d{1,5})(.*)$/.exec(version);
  if (!match) return null;
  return { numbers: [Number(match[1]), Number(match[2]), Number(match[3])], suffix: match[4] ?? '' };
}

/**
 * Whether the firmware is new enough. `1.0.38-beta2` comes before 1.0.38, `1.0.38-12-gabc` after it. A version that is
 * no number is that of a development build: taken only from a device that says that it is one.
 */
export function isRecent(info: Pick<JadeInfo, 'version' | 'genuine'>): boolean {
  const own = parts(info.version);
  const least = parts(MINIMUM_FIRMWARE);
  if (!own || !least) return info.genuine === false;
  for (const [index, number] of own.numbers.entries()) {
    const minimum = least.numbers[index] ?? 0;
    if (number !== minimum) return number > minimum;
  }
  return !/^-(alpha|beta|rc)/i.test(own.suffix);
}

/** Whether a wallet of this device may be used on the network. */
export function fitsNetwork(info: Pick<JadeInfo, 'networks'>, network: JadeNetwork): boolean {
  return info.networks === 'ALL' || (info.networks === 'MAIN') === (network === 'liquid');
}

const BOARDS: Record<string, string> = {
  JADE: 'Jade',
  'JADE_V1.1': 'Jade 1.1',
  JADE_V2: 'Jade Plus',
  JADE_V2C: 'Jade Core',
};

/** “Jade Plus 4A2F10”. */
export function labelOf(info: JadeInfo): string {
  const name = BOARDS[info.board] ?? 'Jade';
  return info.serial === '' ? name : `${name} ${info.serial}`;
}
