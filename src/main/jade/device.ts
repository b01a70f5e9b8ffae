import type { JadeDevice } from '../../shared/contract/index.ts';
import type { SluiceError } from '../../shared/errors.ts';
import { locked, MINIMUM_FIRMWARE, tooOld, uninitialised, wrongNetwork } from './errors.ts';
import { fitsNetwork, isRecent, labelOf, type JadeInfo } from './info.ts';
import type { JadeNetwork, JadePort } from './types.ts';

type State = JadeDevice['state'];

function named(port: JadePort): string {
  return port.hint === '' ? port.path : port.hint;
}

/** A port at which no Jade could be asked: why, in words. */
export function absentDevice(port: JadePort, state: State, message: string, next: string): JadeDevice {
  return {
    port: port.path,
    state,
    label: named(port),
    fingerprint: null,
    firmware: null,
    board: null,
    simulated: port.simulated,
    genuine: null,
    message,
    next,
  };
}

/** What could not be opened, by the error. */
export function unopened(port: JadePort, error: SluiceError): JadeDevice {
  const state: State =
    error.code === 'JADE_BUSY' ? 'busy' : error.code === 'JADE_NO_PERMISSION' ? 'no-permission' : 'lost';
  return absentDevice(port, state, error.message, error.next);
}

export function foreign(port: JadePort): JadeDevice {
  return absentDevice(
    port,
    'not-jade',
    'What is attached here does not answer as a Jade does.',
    'Nothing, if it is another device. A Jade that has just been attached or switched on takes some seconds to start: look again.',
  );
}

interface Verdict {
  state: State;
  message: string;
  next: string;
}

function verdict(info: JadeInfo, network: JadeNetwork, working: boolean): Verdict {
  const from = (state: State, { message, next }: SluiceError): Verdict => ({ state, message, next });
  if (!isRecent(info)) return from('old-firmware', tooOld(info.version));
  if (!fitsNetwork(info, network)) return from('wrong-network', wrongNetwork());
  if (working) {
    return {
      state: 'waiting-on-device',
      message: 'The Jade waits for its person.',
      next: 'Finish it on the Jade. To stop, reject it on the Jade.',
    };
  }
  switch (info.state) {
    case 'UNINIT':
      return from('uninitialised', uninitialised());
    case 'UNSAVED':
      return {
        state: 'locked',
        message: 'This Jade has a new wallet that is not protected by a PIN yet.',
        next: 'Unlock it here: the Jade lets you choose the PIN.',
      };
    case 'LOCKED':
      return from('locked', locked());
    case 'TEMP':
      return {
        state: 'locked',
        message: 'This Jade holds a temporary wallet that is not yet used over this cable.',
        next: 'Unlock it here; no PIN is asked for.',
      };
    case 'READY':
      return {
        state: 'ready',
        message: info.genuine === false ? 'Unlocked. Its firmware is a development build.' : 'Unlocked.',
        next: info.genuine === false ? 'Do not use it for real funds.' : '',
      };
  }
}

/** A Jade that has told what it is. `fingerprint` names its wallet and is known only when it is unlocked. */
export function presentDevice(
  port: JadePort,
  info: JadeInfo,
  network: JadeNetwork,
  fingerprint: string | null,
  working: boolean,
): JadeDevice {
  return {
    port: port.path,
    label: labelOf(info),
    fingerprint,
    firmware: info.version,
    board: info.board === '' ? null : info.board,
    simulated: port.simulated,
    genuine: info.genuine,
    ...verdict(info, network, working),
  };
}

/** What people do who find no Jade in the list, by operating system. */
export function help(platform: NodeJS.Platform): string[] {
  const all = [
    'Use a cable that carries data, straight to the machine, and switch the Jade on.',
    'Close other wallets: a port can be used by one program at a time.',
    `Firmware ${MINIMUM_FIRMWARE} or newer is needed. Only help.blockstream.com gives help for the device itself; nobody needs your recovery words.`,
  ];
  switch (platform) {
    case 'linux':
      return [
        'Linux: a user may open serial ports only with a udev rule. Sluice’s package installs one; with the AppImage copy 51-sluice-jade.rules to /etc/udev/rules.d, run “sudo udevadm control --reload-rules && sudo udevadm trigger” and attach the Jade again.',
        'Linux: without the rule, be in the group “dialout” (Debian, Ubuntu, Fedora) or “uucp” (Arch) and log in again.',
        'Linux: “brltty” takes some serial chips for a braille display; remove it if nobody needs it.',
        'Linux: if an older Jade drops out, switch off USB power saving for it.',
        ...all,
      ];
    case 'darwin':
      return [
        'macOS: the first Jade (CP210x chip) needs Silicon Labs’ driver on old systems; later ones need none.',
        ...all,
      ];
    case 'win32':
      return [
        'Windows: the first Jade (CP210x chip) needs Silicon Labs’ driver on old systems; Windows Update usually brings it. Later ones need none.',
        ...all,
      ];
    default:
      return all;
  }
}
