import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { z } from 'zod';
import { contract, type Args, type CallName, type Result } from '../../../src/shared/contract/index.ts';
import { SluiceError, type ErrorShape } from '../../../src/shared/errors.ts';
import { openBrowser, type Browser } from '../../support/chromium.ts';
import { startHost, type Host } from './host.ts';

/** A desk with an empty data folder, served to a browser of its own. */
export class Desk {
  readonly browser: Browser;
  readonly page: Page;
  readonly dataDir: string;
  host: Host;

  private constructor(browser: Browser, dataDir: string, host: Host) {
    this.browser = browser;
    this.page = browser.page;
    this.dataDir = dataDir;
    this.host = host;
  }

  static async open(): Promise<Desk> {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'sluice-e2e-'));
    const [browser, host] = await Promise.all([openBrowser(), startHost(dataDir)]);
    browser.page.setDefaultTimeout(90_000);
    await browser.page.goto(host.url);
    return new Desk(browser, dataDir, host);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.host.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** The desk is started again where it was, and its new address opened. */
  async restart(profile: string): Promise<void> {
    this.host = await startHost(this.dataDir, { port: this.host.port, profile });
    await this.page.goto(this.host.url);
  }

  /** Asks the desk what the page could ask, with the page's cookie. Throws what the desk refuses with. */
  async call<N extends CallName>(name: N, args: Args<N>): Promise<Result<N>> {
    const entry = contract[name];
    const answer = await this.browser.context.request.post(`${this.host.origin}/api/call`, {
      headers: { origin: this.host.origin },
      data: { name, args: z.encode(entry.args, args as never) },
      timeout: 120_000,
    });
    const envelope = (await answer.json()) as { ok: boolean; value?: unknown; error?: ErrorShape };
    if (envelope.error) {
      throw new SluiceError(envelope.error.code, envelope.error.message, { next: envelope.error.next });
    }
    return z.decode(entry.result, envelope.value as never) as never;
  }

  /** Talks to the control address of the Sandbox that is open. */
  async sandbox(method: 'GET' | 'POST', where: string, body?: unknown): Promise<unknown> {
    const { controlUrl } = await this.call('sandbox.status', {});
    const answer = await fetch(new URL(where, controlUrl), {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${where}: ${answer.status} ${text}`);
    return JSON.parse(text);
  }

  /** The page at an address, once it has said what it shows. */
  async visit(address: string, heading: string | RegExp): Promise<void> {
    await this.page.goto(`${this.host.origin}/#${address}`);
    await this.heading(heading);
    const loading = this.page.getByRole('status', { name: 'Loading' });
    await expect.poll(() => loading.count(), { timeout: 30_000 }).toBe(0);
  }

  async heading(name: string | RegExp): Promise<void> {
    await this.page.getByRole('heading', { level: 1, name }).first().waitFor();
  }

  button(name: string | RegExp) {
    return this.page.getByRole('button', { name });
  }

  /** Presses the one button of the first run that needs nothing. */
  async openSandbox(): Promise<void> {
    await this.button('Open the sandbox').click();
    await this.heading('Overview');
  }

  /** Chooses a file in a page that asks for one. */
  async choose(button: string, name: string, content: string | Buffer): Promise<void> {
    const asked = this.page.waitForEvent('filechooser');
    await this.button(button).click();
    await (await asked).setFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
  }
}
