import { NodeClient } from '../amp/index.ts';
import type { NodeAddress } from '../amp/index.ts';
import { serveWeb } from '../web/index.ts';
import type { WebIntercept } from '../web/index.ts';
import { Routes } from './routes.ts';
import { ScriptIndex } from './script-index.ts';
import { IndexStore, openIndex } from './store.ts';
import { Waterfalls } from './waterfalls.ts';

export { Branch, DescriptorError, readScripts } from './descriptor.ts';
export type { DerivedScript, ScriptDescriptor, ScriptKey } from './descriptor.ts';
export { ScriptIndex } from './script-index.ts';
export type { IndexedOutput, Seen } from './script-index.ts';
export { scriptHash } from './store.ts';

export interface EsploraServer {
  /** Origin of Esplora and of waterfalls. */
  url: string;
  /** What it knows of the chain, for others in this process. */
  index: ScriptIndex;
  close(): Promise<void>;
}

/** Serves the chain of a node by script. `stateFile` null: in memory, read again from the first block at each start. */
export async function startEsplora(options: {
  stateFile: string | null;
  port: number;
  node: NodeAddress;
  /** Counts what happened on the chain, where somebody counts; else the node is asked each time. */
  changes: (() => number) | null;
  intercept: WebIntercept;
}): Promise<EsploraServer> {
  const db = openIndex(options.stateFile);
  const node = new NodeClient(options.node);
  const index = new ScriptIndex(node, new IndexStore(db), options.changes);
  const routes = new Routes(index, await Waterfalls.open(db, index));
  const server = await serveWeb({
    name: 'Esplora',
    port: options.port,
    handle: (call) => routes.handle(call),
    intercept: options.intercept,
  });
  return {
    url: server.url,
    index,
    close: async () => {
      await server.close();
      node.close();
      db.close();
    },
  };
}
