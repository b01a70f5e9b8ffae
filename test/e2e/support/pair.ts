import type { Desk } from './desk.ts';

const PASSPHRASE = 'correct horse battery';
/** Of the BIP39 test vectors: worth nothing anywhere. */
const WORDS = 'legal winner thank year wave sausage worth useful legal winner thank yellow';

/** A Sandbox with blocks on demand, and a signer with a key that knows the desk; not the other way round yet. */
export async function deskAndSigner(desk: Desk, signer: Desk): Promise<{ deskAtSigner: string }> {
  await signer.call('secrets.createVault', { passphrase: PASSPHRASE });
  const { id } = await signer.call('profiles.create', {
    name: 'Vault room',
    network: 'sandbox',
    role: 'signer',
  });
  await signer.call('profiles.open', { id });
  await signer.call('signer.restoreKey', { mnemonic: WORDS });

  await desk.openSandbox();
  await desk.call('secrets.createVault', { passphrase: PASSPHRASE });
  await desk.sandbox('POST', 'options', { blockSeconds: 0 });
  const { card, words } = await desk.call('pairing.identity', {});
  const peer = await signer.call('pairing.add', { card, words });
  return { deskAtSigner: peer.id };
}
