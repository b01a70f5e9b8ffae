import { setTimeout as sleep } from 'node:timers/promises';
import { Gone } from './errors.ts';
import type { Deed, Person } from './types.ts';

interface Prompt {
  lines: readonly string[];
  waits: 'confirm' | 'pin';
  settle(answer: Deed): void;
  drop(): void;
}

const RIGHT = { confirm: 'approve', pin: 'pin' } as const;

/** Screen and buttons: one prompt at a time, which waits for the person, or for the script that stands in for one. */
export class Panel {
  private person: Person;
  private prompt: Prompt | null = null;
  private readonly hand: (deed: Deed) => void;
  private readonly history: string[][] = [];

  /** `hand` does what is no answer to a prompt: locking, pulling the cable. */
  constructor(person: Partial<Person> | undefined, hand: (deed: Deed) => void) {
    this.person = { afterwards: 'wait', delayMs: 0, ...person, answers: [...(person?.answers ?? [])] };
    this.hand = hand;
  }

  /** Every prompt so far. */
  get shown(): readonly (readonly string[])[] {
    return this.history;
  }

  get current(): { lines: readonly string[]; waits: 'confirm' | 'pin' } | null {
    return this.prompt;
  }

  script(person: Partial<Person>): void {
    this.person = { afterwards: 'wait', delayMs: 0, ...person, answers: [...(person.answers ?? [])] };
    if (this.prompt) void this.act(this.prompt);
  }

  /** False when nothing waits for such an answer. */
  answer(deed: Deed): boolean {
    const { prompt } = this;
    const fits = prompt && (deed.do === 'reject' || deed.do === RIGHT[prompt.waits]);
    if (!fits) return false;
    this.prompt = null;
    prompt.settle(deed);
    return true;
  }

  /** Shows lines until the person approves (true) or rejects. Throws Gone when the power goes. */
  async confirm(lines: readonly string[]): Promise<boolean> {
    return (await this.ask(lines, 'confirm')).do === 'approve';
  }

  /** What the person types, `right` if a script types the right one; null when they leave. Throws Gone. */
  async pin(lines: readonly string[], right: string): Promise<string | null> {
    const deed = await this.ask(lines, 'pin');
    return deed.do === 'pin' ? (deed.pin ?? right) : null;
  }

  /** The power went: the screen is dark. */
  clear(): void {
    const { prompt } = this;
    this.prompt = null;
    prompt?.drop();
  }

  private ask(lines: readonly string[], waits: Prompt['waits']): Promise<Deed> {
    this.history.push([...lines]);
    return new Promise((resolve, reject) => {
      const prompt: Prompt = { lines, waits, settle: resolve, drop: () => reject(new Gone()) };
      this.prompt = prompt;
      void this.act(prompt);
    });
  }

  private async act(prompt: Prompt): Promise<void> {
    const { answers, afterwards, delayMs } = this.person;
    const next = answers.shift() ?? (afterwards === 'wait' ? null : { do: afterwards });
    if (!next) return;
    if (delayMs > 0) await sleep(delayMs, undefined, { ref: false });
    // A real person is never faster than the message that asks them.
    else await Promise.resolve();
    if (this.prompt !== prompt) return;
    const types = next.do === 'approve' && prompt.waits === 'pin';
    if (!this.answer(types ? { do: 'pin' } : next)) this.hand(next);
  }
}
