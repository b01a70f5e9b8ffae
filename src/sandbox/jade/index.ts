export { simulatedJadePort, type SimulatedJadePort } from './port.ts';
export { openWorldJade } from './world.ts';
