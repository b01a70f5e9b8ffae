import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CHIPS } from './serial.ts';

const rule = readFileSync(new URL('../../../resources/linux/51-sluice-jade.rules', import.meta.url), 'utf8');
const chips = rule
  .split('\n')
  .map((line) => /ATTRS\{idVendor\}=="(\w+)", ATTRS\{idProduct\}=="(\w+)", (.+)$/.exec(line))
  .filter((match) => match !== null);

it('lets the person at the screen open every kind of port that Sluice looks at', () => {
  expect(chips.map(([, vendor, product]) => `${vendor}:${product}`).sort()).toEqual(
    Object.keys(CHIPS).sort(),
  );
  for (const [, , , effects] of chips) expect(effects).toContain('TAG+="uaccess"');
});

it('keeps ModemManager from talking to a device that has just been attached', () => {
  for (const [, , , effects] of chips) {
    expect(effects).toContain('ENV{ID_MM_DEVICE_IGNORE}="1"');
    expect(effects).toContain('ENV{ID_MM_PORT_IGNORE}="1"');
  }
});

it('touches serial ports only', () => {
  expect(rule).toContain('SUBSYSTEM!="tty", GOTO="sluice_jade_end"');
  expect(rule.trimEnd().endsWith('LABEL="sluice_jade_end"')).toBe(true);
});
