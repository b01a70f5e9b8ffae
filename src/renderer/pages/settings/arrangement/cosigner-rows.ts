import type { Args, JadeDevice, Result } from '../../../../shared/contract/index.ts';

type Candidate = Result<'arrangement.candidates'>['keys'][number];
type Cosigner = Args<'arrangement.create'>['cosigners'][number];

/** A key that can be taken into a treasury. */
export interface CosignerRow {
  key: string;
  label: string;
  note: string;
  /** What it is called in the treasury unless a person writes something better. */
  name: string;
  as: (name: string) => Cosigner;
}

const LONGEST_NAME = 60;

/** Keys that can sign for a treasury: this desk's own, those that paired signers sent, Jades that are unlocked here. */
export function cosignerRows(
  candidates: readonly Candidate[],
  devices: readonly JadeDevice[],
): CosignerRow[] {
  const own = candidates.find(({ kind, peerId }) => kind === 'keychain' && peerId === null);
  const sent = candidates.flatMap(({ peerId, ...key }) => (peerId === null ? [] : [{ ...key, peerId }]));
  return [
    {
      key: 'keychain',
      label: 'Key of this desk',
      note: own ? `Fingerprint ${own.fingerprint}` : 'Made now, and kept in the secret store',
      name: 'This desk',
      as: (name) => ({ kind: 'keychain', name }),
    },
    ...sent.map(({ peerId, name, fingerprint, kind }): CosignerRow => ({
      key: `signer ${peerId} ${fingerprint}`,
      label: name,
      note: `${kind === 'jade' ? 'Jade at an air-gapped signer' : 'Air-gapped signer'}, fingerprint ${fingerprint}`,
      name: name.slice(0, LONGEST_NAME),
      as: (written) => ({ kind: 'signer', name: written, peerId, fingerprint }),
    })),
    ...devices
      .filter(({ state }) => state === 'ready')
      .map(({ port, label, fingerprint }): CosignerRow => ({
        key: `jade ${port}`,
        label,
        note: `Jade at this machine${fingerprint === null ? '' : `, fingerprint ${fingerprint}`}`,
        name: label.slice(0, LONGEST_NAME),
        as: (name) => ({ kind: 'jade', name, port }),
      })),
  ];
}

/** More than half: no two disjoint groups can both pay, and a single key never can where there are several. */
export function usualThreshold(keys: number): number {
  return Math.floor(keys / 2) + 1;
}

/** What a choice of keys amounts to, or why it is none. */
export function choiceSentence(chosen: readonly CosignerRow[], threshold: number): string {
  const [only] = chosen;
  if (!only) return 'Choose the keys that sign.';
  if (chosen.length === 1) {
    return only.key === 'keychain'
      ? 'A key of this desk alone is a watch-only wallet: choose that kind above, or add another key.'
      : `${only.label} signs alone.`;
  }
  return `${threshold} of ${chosen.length} keys have to sign each payment.`;
}

/** Whether a choice makes a treasury here. */
export function isChoice(chosen: readonly CosignerRow[]): boolean {
  return chosen.length > 1 || (chosen.length === 1 && chosen[0]?.key !== 'keychain');
}
