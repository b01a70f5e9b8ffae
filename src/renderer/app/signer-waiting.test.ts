import { describe, expect, it } from 'vitest';
import type { Result } from '../../shared/contract/index.ts';
import { ZERO } from '../../shared/money.ts';
import { signerItems } from './signer-waiting.ts';

const status: Result<'signer.status'> = {
  key: { fingerprint: '4a2f10c8', words: 24, hasPassphrase: false, keptIn: 'the vault' },
  interfaces: [],
  stopped: 0,
  sealed: true,
  treasuries: [],
  waiting: 0,
};
const treasury: Result<'signer.status'>['treasuries'][number] = {
  id: 't1',
  name: 'Vault',
  threshold: 1,
  cosigners: [],
  descriptor: 'elwpkh()',
  fingerprint: '',
};
const peer: Result<'pairing.peers'>['peers'][number] = {
  id: 'd1',
  name: 'Desk',
  role: 'desk',
  words: '',
  pairedAt: 0,
  lastSent: 0,
  lastReceived: 0,
};
const request: Result<'signer.requests'>['rows'][number] = {
  id: 'r1',
  title: 'May',
  from: 'Desk',
  treasury: 'Vault',
  assetName: 'Acme',
  ticker: null,
  precision: 0,
  total: ZERO,
  recipients: 1,
  transactions: 1,
  state: 'waiting',
  reason: null,
  receivedAt: 0,
  expires: 1,
  decidedAt: null,
};

const keys = (facts: Parameters<typeof signerItems>[0]) => signerItems(facts).map(({ key }) => key);
const atWork = { status: { ...status, treasuries: [treasury] }, peers: [peer], requests: [], logins: [] };

describe('what waits at a signer', () => {
  it('is nothing when all is set up and decided', () => {
    expect(signerItems(atWork)).toEqual([]);
    expect(keys({ ...atWork, requests: [{ ...request, state: 'signed' }] })).toEqual([]);
  });

  it('begins with what endangers the key', () => {
    const facts = {
      status: { ...status, key: null, interfaces: ['eth0', 'wlan0'], stopped: 2 },
      peers: [],
      requests: [request],
      logins: [],
    };
    expect(keys(facts)).toEqual(['stopped', 'network', 'key', 'pairing', 'request-r1']);
    expect(signerItems(facts)[0]).toMatchObject({
      meaning: 'wrong',
      text: '2 connections were tried and stopped.',
    });
    expect(signerItems(facts)[1]?.detail).toContain('eth0, wlan0 are up.');
  });

  it('asks for a treasury once there are a key and a desk', () => {
    expect(keys({ status, peers: [peer], requests: [], logins: [] })).toEqual(['treasury']);
    expect(keys({ status: { ...status, key: null }, peers: [peer], requests: [], logins: [] })).toEqual([
      'key',
    ]);
  });

  it('claims nothing before the answers are there', () => {
    expect(
      signerItems({ status: undefined, peers: undefined, requests: undefined, logins: undefined }),
    ).toEqual([]);
  });
});
