import { SluiceError } from '../../shared/errors.ts';

/** Error codes of the firmware's replies. */
export const CODE = {
  invalidRequest: -32600,
  unknownMethod: -32601,
  badParameters: -32602,
  internal: -32603,
  userCancelled: -32000,
  protocol: -32001,
  locked: -32002,
  networkMismatch: -32003,
} as const;

/** What the device answers instead of a result: `{id, error: {code, message}}`. */
export class DeviceError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export function badParameters(message: string): DeviceError {
  return new DeviceError(CODE.badParameters, message);
}

export function declined(message: string): DeviceError {
  return new DeviceError(CODE.userCancelled, message);
}

/** The power went, or the flow was given up: there will be no reply. */
export class Gone extends Error {}

/** The firmware dies and starts again. */
export class Crash extends Error {}

/** Its port cannot be opened: the cable is out. */
export function absent(): SluiceError {
  return new SluiceError('JADE_NOT_FOUND', 'The simulated Jade is unplugged.', {
    next: 'Plug it in, and look again.',
  });
}

/** Its port cannot be opened: somebody has it. */
export function busy(): SluiceError {
  return new SluiceError('JADE_BUSY', 'Another program uses the simulated Jade.', {
    next: 'Close the other program, then look again.',
  });
}
