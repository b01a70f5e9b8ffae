export { startGreen } from './server.ts';
export type { GreenOptions, GreenServer } from './server.ts';
export type { GreenFault, GreenIntercept } from './faults.ts';
