import type { Emit } from '../../shared/contract/index.ts';
import {
  createJades,
  createPinOracle,
  createSerialPorts,
  portsOfEnvironment,
  type AntiExfil,
  type JadeNetwork,
  type JadePorts,
  type Jades,
  type PinOracle,
} from '../jade/index.ts';
import type { ControlledSandbox } from './sandbox-control.ts';

export interface DeskJadesDeps {
  network: JadeNetwork;
  antiExfil: AntiExfil;
  /** A simulated world has a simulated Jade, and an oracle for it. */
  sandbox: ControlledSandbox | null;
  emit: Emit;
}

/** The Jades at a desk, and the way to their blind oracle. */
export function deskJades(deps: DeskJadesDeps): { jades: Jades; ports: JadePorts; oracle: PinOracle } {
  const ports = createSerialPorts({ extra: portsOfEnvironment(process.env) });
  const jades = createJades({
    ports,
    network: deps.network,
    antiExfil: deps.antiExfil,
    tell: (port, sentence) => deps.emit('jade.changed', { port, sentence }),
  });
  return { jades, ports, oracle: createPinOracle({ fetch: globalThis.fetch }) };
}
