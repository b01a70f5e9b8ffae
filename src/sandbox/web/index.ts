export { serveWeb } from './server.ts';
export type { WebAnswer, WebCall, WebIntercept, WebServer } from './server.ts';
export { interceptWeb } from './intercept.ts';
export type { Spoilers } from './intercept.ts';
