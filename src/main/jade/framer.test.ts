import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { message, recordedJade } from '../../../test/support/scripted-jade.ts';
import { createFramer, type JadeMessage } from './framer.ts';

const fromDevice = recordedJade().filter(({ dir }) => dir === '<');
const stream = Buffer.concat(fromDevice.map(({ bytes }) => bytes));
const expected = fromDevice.map(({ map }) => map);

/** Pushes the stream cut at the given places; a millisecond passes between pieces. */
function pushed(bytes: Uint8Array, cuts: readonly number[]): JadeMessage[] {
  const framer = createFramer();
  const places = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((a, b) => a - b);
  return [0, ...places].flatMap((from, index) =>
    framer.push(bytes.subarray(from, places[index] ?? bytes.length), index),
  );
}

describe('cutting the stream of a Jade into messages', () => {
  it('gives the recorded messages however the bytes arrive', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 60 }), (cuts) => {
        expect(pushed(stream, cuts)).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  it('gives them when every byte comes alone', () => {
    const short = Buffer.concat(fromDevice.slice(0, 12).map(({ bytes }) => bytes));
    expect(
      pushed(
        short,
        Array.from({ length: short.length }, (_, at) => at),
      ),
    ).toEqual(expected.slice(0, 12));
  });

  it('drops what is no message until there has been silence', () => {
    const framer = createFramer();
    const good = message({ id: '1', result: true });
    expect(framer.push(Buffer.from('ESP-ROM:esp32s3-20210327\r\n'), 0)).toEqual([]);
    expect(framer.push(good, 100)).toEqual([]);
    expect(framer.push(good, 500)).toEqual([{ id: '1', result: true }]);
    expect(framer.faults).toBe(1);
  });

  it('keeps messages that came before the noise', () => {
    const framer = createFramer();
    const bytes = Buffer.concat([message({ id: '1', result: 1 }), Buffer.from('AT+GCAP\r')]);
    expect(framer.push(bytes, 0)).toEqual([{ id: '1', result: 1 }]);
  });

  it('comes back after any noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        const framer = createFramer();
        framer.push(noise, 0);
        const good = message({ id: '42', result: 'answer' });
        const heard = [...framer.push(good, 5000), ...framer.push(good, 10_000)];
        expect(heard).toContainEqual({ id: '42', result: 'answer' });
      }),
      { numRuns: 300 },
    );
  });

  it('reads a message after one whose rest never came', () => {
    const framer = createFramer();
    expect(framer.push(message({ id: '1', result: new Uint8Array(2000) }).subarray(0, 500), 0)).toEqual([]);
    expect(framer.push(message({ id: '2', result: 0 }), 4000)).toEqual([{ id: '2', result: 0 }]);
  });

  it('waits for the rest of a message for as long as this machine stood still', () => {
    const framer = createFramer();
    const whole = message({ id: '1', result: new Uint8Array(2000) });
    expect(framer.push(whole.subarray(0, 500), 0)).toEqual([]);
    expect(framer.push(whole.subarray(500), 60_000)).toHaveLength(1);
  });

  it('does not collect without end', () => {
    const framer = createFramer();
    const endless = message({ id: '1', result: new Uint8Array(200_000) });
    for (let at = 0; at < 100_000; at += 1000) framer.push(endless.subarray(at, at + 1000), at / 1000);
    expect(framer.faults).toBe(1);
    expect(framer.push(message({ id: '2', result: 0 }), 5000)).toEqual([{ id: '2', result: 0 }]);
  });

  it('takes no indefinite lengths, tags, undefined or repeated keys', () => {
    for (const hex of ['bf6269646131ff', 'a1626964c16131', 'a1626964f7', 'a2626964613162696461320a']) {
      const framer = createFramer();
      expect(framer.push(Buffer.from(hex, 'hex'), 0)).toEqual([]);
      expect(framer.faults).toBe(1);
    }
  });

  it('survives nesting that has no end', () => {
    const framer = createFramer();
    const nested = Buffer.concat([Buffer.from('a1626964', 'hex'), Buffer.alloc(60_000, 0x81)]);
    expect(framer.push(nested, 0)).toEqual([]);
    expect(framer.push(message({ id: '2', result: 0 }), 5000)).toEqual([{ id: '2', result: 0 }]);
  });
});
