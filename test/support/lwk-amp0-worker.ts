import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import * as lwk from 'lwk_wasm/lwk_wasm_bg.js';
import type { LwkAmp0Task, LwkAmp0World } from './lwk-amp0.ts';

/**
 * LWK's own client of Green, in a thread: it knows one address and one server key for regtest, so that what it sends is
 * led to the server of the test, and the key in its program is replaced, in memory, by that server's.
 */
const world = workerData as LwkAmp0World;

function load(): void {
  const bytes = readFileSync(createRequire(import.meta.url).resolve('lwk_wasm/lwk_wasm_bg.wasm'));
  for (const [from, to] of world.replace) {
    const at = bytes.indexOf(from, 0, 'latin1');
    if (at < 0 || from.length !== to.length || bytes.indexOf(from, at + 1, 'latin1') >= 0) {
      throw new Error(`not exactly one ${from} of ${to.length} letters in LWK`);
    }
    bytes.write(to, at, 'latin1');
  }
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { './lwk_wasm_bg.js': lwk });
  lwk.__wbg_set_wasm(instance.exports);
  (instance.exports['__wbindgen_start'] as () => void)();
}

const NodeWebSocket = globalThis.WebSocket;
globalThis.WebSocket = class extends NodeWebSocket {
  constructor(_url: string | URL, protocols?: ConstructorParameters<typeof NodeWebSocket>[1]) {
    super(world.url, protocols);
  }
};
const nodeFetch = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const request = new Request(input, init);
  return nodeFetch(new Request(world.cosignUrl + new URL(request.url).pathname, request));
};
load();
const network = lwk.Network.regtestDefault();

/** The account of the last watch-only login. */
let account: lwk.Amp0 | null = null;

async function carryOut(task: LwkAmp0Task): Promise<unknown> {
  if (task.do === 'own') {
    const signer = new lwk.Signer(new lwk.Mnemonic(task.words), network);
    // The constructor is asynchronous, which its types do not say.
    const connected = await (new lwk.Amp0Connected(network, signer.amp0SignerData()) as unknown as Promise<
      InstanceType<typeof lwk.Amp0Connected>
    >);
    const owner = await connected.login(signer.amp0SignChallenge(await connected.getChallenge()));
    const ampIds = owner.getAmpIds();
    if (!task.create) return { ampIds };
    const pointer = owner.nextAccount();
    const xpub = signer.amp0AccountXpub(pointer);
    ampIds.push(await owner.createAmp0Account(pointer, xpub));
    await owner.createWatchOnly(task.username, task.password);
    return { ampIds, pointer, xpub };
  }
  if (task.do === 'cosign') {
    const transaction = await account?.sign(new lwk.Amp0Pset(new lwk.Pset(task.pset), [...task.nonces]));
    return transaction?.toString();
  }
  account = await lwk.Amp0.newWithNetwork(network, task.username, task.password, task.ampId);
  const next = task.issue ? await account.address() : null;
  const addresses: string[] = [];
  for (let index = 1; index <= Math.min(task.addresses, account.lastIndex()); index++) {
    addresses.push((await account.address(index)).address().toString());
  }
  return {
    ampId: account.ampId(),
    descriptor: account.wollet().descriptor().toString(),
    lastIndex: account.lastIndex(),
    addresses,
    next: next && { index: next.index(), address: next.address().toString() },
  };
}

parentPort?.on('message', ({ id, task }: { id: number; task: LwkAmp0Task }) => {
  carryOut(task).then(
    (value) => parentPort?.postMessage({ id, value }),
    (error: unknown) => parentPort?.postMessage({ id, error: String(error) }),
  );
});
