export { createJades, type JadesOptions } from './jades.ts';
export { takesOtherRoute } from './errors.ts';
export { sameMultisig } from './multisig.ts';
export { createPinOracle, type PinOracleOptions } from './oracle.ts';
export type { PinRequest, RelayOracle } from './relay.ts';
export { createSerialPorts, joinPorts, portsOfEnvironment, type SerialOptions } from './serial.ts';
export { createJadeService, withJade, type JadeServiceDeps, type OfflineExchange } from './service.ts';
export type * from './types.ts';
