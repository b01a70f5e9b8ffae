import type { Emit } from '../../shared/contract/index.ts';
import {
  createJades,
  createPinOracle,
  createSerialPorts,
  joinPorts,
  portsOfEnvironment,
  type AntiExfil,
  type JadeNetwork,
  type JadePorts,
  type Jades,
  type PinOracle,
} from '../jade/index.ts';
import { simulatedJadePort } from '../../sandbox/index.ts';
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
  const { sandbox } = deps;
  const serial = createSerialPorts({ extra: portsOfEnvironment(process.env) });
  const ports = sandbox ? joinPorts(serial, simulatedPorts(sandbox)) : serial;
  const jades = createJades({
    ports,
    network: deps.network,
    antiExfil: deps.antiExfil,
    tell: (port, sentence) => deps.emit('jade.changed', { port, sentence }),
  });
  const oracle = createPinOracle({
    fetch: globalThis.fetch,
    ...(sandbox ? { allow: [sandbox.jade.oracle] } : {}),
  });
  return { jades, ports, oracle };
}

/** The simulated Jade is where a serial port would be, as long as it is plugged in. */
function simulatedPorts(sandbox: ControlledSandbox): JadePorts {
  return {
    async candidates() {
      const { plugged } = await sandbox.showJade();
      return plugged ? [simulatedJadePort(sandbox.jade)] : [];
    },
  };
}
