import { createHmac, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bytes } from '../crypto/index.ts';
import { concat, fromHex, sha256, toHex, wally } from '../crypto/index.ts';
import { PIN_REQUEST, PIN_RESPONSE, WALLY_PIN } from './pin-protocol.ts';
import type { Flash } from './types.ts';

/** How the oracle misbehaves until told otherwise. */
export type OracleMood =
  | { kind: 'well' }
  | { kind: 'fails'; status: number }
  | { kind: 'slow'; ms: number }
  /** Answers with something that is no JSON, or JSON that no Jade reads. */
  | { kind: 'garbage'; body: string };

export interface SimulatedOracle {
  url: string;
  pubkey: string;
  mood(mood: OracleMood): void;
  /** Requests so far. */
  readonly asked: number;
  /** Wrong PINs in a row, of the device that was asked for last. */
  readonly wrong: number;
  /** The protocol without HTTP. Null for a message that it cannot read. */
  answer(path: string, data: string): string | null;
  close(): Promise<void>;
}

interface Account {
  secretHash: string;
  key: string;
  tries: number;
  counter: number;
}

interface Books {
  key: string;
  accounts: Record<string, Account>;
}

const MOST_TRIES = 3;
const MOST_BODY = 16 * 1024;

/**
 * A blind PIN oracle on loopback. It keeps one half of what opens a Jade and gives it out for the right PIN; a wrong one
 * gets junk and is counted, the third loses the half for good.
 */
export async function startOracle(options: { flash?: Flash; port?: number } = {}): Promise<SimulatedOracle> {
  const books = new OracleBooks(options.flash ?? null);
  let mood: OracleMood = { kind: 'well' };
  let asked = 0;
  const server = createServer((request, response) => {
    void (async () => {
      asked += 1;
      const current = mood;
      const body = await read(request);
      if (current.kind === 'slow') await sleep(current.ms);
      if (current.kind === 'fails') {
        response.writeHead(current.status).end();
        return;
      }
      const answer = request.method === 'POST' && body ? books.answer(request.url ?? '', body) : null;
      if (answer === null && current.kind !== 'garbage') {
        response.writeHead(400).end();
        return;
      }
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(current.kind === 'garbage' ? current.body : JSON.stringify({ data: answer }));
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    pubkey: books.pubkey,
    mood: (next) => {
      mood = next;
    },
    get asked() {
      return asked;
    },
    get wrong() {
      return books.wrong;
    },
    answer: (path, data) => books.answer(path, data),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function read(request: IncomingMessage): Promise<string | null> {
  let text = '';
  for await (const piece of request as AsyncIterable<Buffer>) {
    text += piece.toString('utf8');
    if (text.length > MOST_BODY) return null;
  }
  try {
    const body = JSON.parse(text) as { data?: unknown } | null;
    return typeof body?.data === 'string' ? body.data : null;
  } catch {
    return null;
  }
}

class OracleBooks {
  private readonly flash: Flash | null;
  private readonly books: Books;
  wrong = 0;

  constructor(flash: Flash | null) {
    this.flash = flash;
    const saved = flash?.load() ?? null;
    this.books =
      saved === null ? { key: toHex(randomBytes(32)), accounts: {} } : (JSON.parse(saved) as Books);
    if (saved === null) this.save();
  }

  get pubkey(): string {
    return toHex(Uint8Array.from(wally.ec_public_key_from_private_key(fromHex(this.books.key))));
  }

  answer(path: string, base64: string): string | null {
    try {
      return this.respond(path, Uint8Array.from(Buffer.from(base64, 'base64')));
    } catch {
      return null;
    }
  }

  private respond(path: string, data: Bytes): string | null {
    if (path !== '/set_pin' && path !== '/get_pin') return null;
    const sessionKey = data.slice(0, 33);
    const counterBytes = data.slice(33, 37);
    const own = Uint8Array.from(
      wally.ec_private_key_bip341_tweak(fromHex(this.books.key), sha256(hmac(sessionKey, counterBytes)), 0),
    );
    const payload = Uint8Array.from(
      wally.aes_cbc_with_ecdh_key(own, null, data.slice(37), sessionKey, PIN_REQUEST, WALLY_PIN.DECRYPT),
    );
    const hasEntropy = payload.length === 32 + 32 + 65;
    const secret = payload.slice(0, 32);
    const entropy = hasEntropy ? payload.slice(32, 64) : new Uint8Array(0);
    const signature = payload.slice(hasEntropy ? 64 : 32);
    const signed = sha256(sessionKey, counterBytes, secret, entropy);
    const device = toHex(Uint8Array.from(wally.ec_sig_to_public_key(signed, signature)));
    const counter = Buffer.from(counterBytes).readUInt32LE();
    const key =
      path === '/set_pin'
        ? this.enroll(device, secret, entropy, counter)
        : this.look(device, secret, counter);
    this.save();
    return Buffer.from(
      wally.aes_cbc_with_ecdh_key(own, randomBytes(16), key, sessionKey, PIN_RESPONSE, WALLY_PIN.ENCRYPT),
    ).toString('base64');
  }

  private enroll(device: string, secret: Bytes, entropy: Bytes, counter: number): Bytes {
    const key = hmac(Uint8Array.from(randomBytes(32)), entropy);
    this.books.accounts[device] = {
      secretHash: toHex(sha256(secret)),
      key: toHex(key),
      tries: 0,
      counter,
    };
    this.wrong = 0;
    return hmac(key, secret);
  }

  /** Junk for a wrong PIN, a replay, or a device it has never met: it never says which. */
  private look(device: string, secret: Bytes, counter: number): Bytes {
    const junk = hmac(Uint8Array.from(randomBytes(32)), secret);
    const account = this.books.accounts[device];
    if (!account || counter <= account.counter) return junk;
    account.counter = counter;
    if (account.secretHash === toHex(sha256(secret))) {
      account.tries = 0;
      this.wrong = 0;
      return hmac(fromHex(account.key), secret);
    }
    account.tries += 1;
    this.wrong = account.tries;
    if (account.tries >= MOST_TRIES) delete this.books.accounts[device];
    return junk;
  }

  private save(): void {
    this.flash?.save(JSON.stringify(this.books));
  }
}

function hmac(key: Bytes, data: Bytes): Bytes {
  return Uint8Array.from(createHmac('sha256', key).update(concat(data)).digest());
}
