import { describe, expect, it } from 'vitest';
import { createSerialPorts, joinPorts, openError, portsOfEnvironment } from './serial.ts';

const listed = (ports: { path: string; vendorId?: string; productId?: string }[]) => () =>
  Promise.resolve(ports);

describe('looking for ports', () => {
  it('takes every port with a chip that Jades are built with, and no other', async () => {
    const ports = createSerialPorts({
      platform: 'linux',
      list: listed([
        { path: '/dev/ttyS0' },
        { path: '/dev/ttyUSB0', vendorId: '10c4', productId: 'ea60' },
        { path: '/dev/ttyACM0', vendorId: '1A86', productId: '55D4' },
        { path: '/dev/ttyACM1', vendorId: '303a', productId: '4001' },
        { path: '/dev/ttyACM2', vendorId: '303a', productId: '1001' },
        { path: '/dev/ttyUSB1', vendorId: '0403', productId: '6001' },
        { path: '/dev/ttyUSB2', vendorId: '1a86', productId: '7523' },
        { path: '/dev/ttyACM3', vendorId: '2341', productId: '0043' },
      ]),
    });
    expect((await ports.candidates()).map(({ path }) => path)).toEqual([
      '/dev/ttyUSB0',
      '/dev/ttyACM0',
      '/dev/ttyACM1',
      '/dev/ttyACM2',
      '/dev/ttyUSB1',
      '/dev/ttyUSB2',
    ]);
    expect(ports.problem?.()).toBeNull();
  });

  it('calls out on macOS, where the other node of the device waits for a carrier', async () => {
    const ports = createSerialPorts({
      platform: 'darwin',
      list: listed([{ path: '/dev/tty.usbmodem101', vendorId: '303a', productId: '4001' }]),
    });
    expect((await ports.candidates()).map(({ path }) => path)).toEqual(['/dev/cu.usbmodem101']);
  });

  it('says in words when the ports cannot be listed, and still has those it was told of', async () => {
    const ports = createSerialPorts({
      list: () => Promise.reject(new Error('spawn udevadm ENOENT')),
      extra: ['/dev/pts/7'],
    });
    expect((await ports.candidates()).map(({ path }) => path)).toEqual(['/dev/pts/7']);
    expect(ports.problem?.()).toMatch(/could not be listed.*udevadm/);
  });

  it('reads further ports from the environment', () => {
    expect(portsOfEnvironment({ SLUICE_JADE_PORTS: ' COM3, /dev/ttyUSB9 ,' })).toEqual([
      'COM3',
      '/dev/ttyUSB9',
    ]);
    expect(portsOfEnvironment({})).toEqual([]);
  });

  it('joins several places', async () => {
    const failing = createSerialPorts({ list: () => Promise.reject(new Error('no')), extra: ['a'] });
    const fine = createSerialPorts({ list: listed([]), extra: ['b'] });
    const both = joinPorts(fine, failing);
    expect((await both.candidates()).map(({ path }) => path)).toEqual(['b', 'a']);
    expect(both.problem?.()).toMatch(/could not be listed/);
  });
});

describe('a port that does not open', () => {
  it.each([
    ['Error Resource temporarily unavailable Cannot lock port', 'JADE_BUSY'],
    ['Error: Resource busy, cannot open /dev/cu.usbmodem1', 'JADE_BUSY'],
    ['Opening COM3: Access denied', 'JADE_BUSY'],
    ['Error: Permission denied, cannot open /dev/ttyACM0', 'JADE_NO_PERMISSION'],
    ['Error: No such file or directory, cannot open /dev/ttyACM0', 'JADE_NOT_FOUND'],
    ['Opening COM3: File not found', 'JADE_NOT_FOUND'],
    ['Error: something else', 'JADE_LOST'],
  ])('is explained: %s', (said, code) => {
    const error = openError('/dev/ttyACM0', new Error(said));
    expect(error.code).toBe(code);
    expect(error.message).not.toContain(said);
  });

  it('without permission tells of the rule that comes with Sluice, and of both groups', () => {
    const { next } = openError('/dev/ttyACM0', new Error('Permission denied'));
    expect(next).toContain('51-sluice-jade.rules');
    expect(next).toContain('dialout');
    expect(next).toContain('uucp');
  });
});
