import type { Args, WalletKind } from '../../../../shared/contract/index.ts';

export type OwnKey = Args<'custody.createAmp0'>['key'];

export type KeyPlace = 'keychain' | 'signer' | 'jade';

/** A key backup: no file chosen yet while its content is empty. */
export interface KeyFile {
  name: string;
  /** Base64. */
  content: string;
  passphrase: string;
}

/** Where a key of our own is to be, as it is filled in. */
export interface KeyChoice {
  place: KeyPlace;
  /** Words that exist already are taken up instead of new ones. */
  restore: boolean;
  /** They come from a file that “Export key backup” made; null while they are typed. */
  backup: KeyFile | null;
  words: string;
  hasPassphrase: boolean;
  passphrase: string;
  peerId: string | undefined;
  /** Which of the signer's keys; the signer's first where it is left open. */
  fingerprint: string | undefined;
  port: string | undefined;
}

export const FIRST_CHOICE: KeyChoice = {
  place: 'keychain',
  restore: false,
  backup: null,
  words: '',
  hasPassphrase: false,
  passphrase: '',
  peerId: undefined,
  fingerprint: undefined,
  port: undefined,
};

/** Why a Jade cannot hold the key of such a wallet; null where it can. */
export function jadeRefusal(kind: WalletKind): string | null {
  return kind === 'amp0'
    ? 'A Jade cannot sign for an AMP0 account from this desk; with Blockstream’s app it can. Such an account can be watched here by its watch-only login.'
    : null;
}

/** The key as the desk is told of it; a sentence about what is missing otherwise. Words are separated by one space. */
export function ownKeyOf(choice: KeyChoice, words: readonly string[]): OwnKey | { missing: string } {
  switch (choice.place) {
    case 'keychain':
      if (choice.restore && choice.backup) {
        const { content, passphrase } = choice.backup;
        if (content === '') return { missing: 'Choose the key backup.' };
        return passphrase === ''
          ? { missing: 'Type the passphrase of the key backup.' }
          : { kind: 'backup', content, passphrase };
      }
      return {
        kind: 'keychain',
        ...(choice.restore ? { words: words.join(' ') } : {}),
        ...(choice.restore && choice.hasPassphrase ? { passphrase: choice.passphrase } : {}),
      };
    case 'signer':
      return choice.peerId === undefined
        ? { missing: 'Choose the signer that holds the key.' }
        : {
            kind: 'signer',
            peerId: choice.peerId,
            ...(choice.fingerprint === undefined ? {} : { fingerprint: choice.fingerprint }),
          };
    case 'jade':
      return choice.port === undefined
        ? { missing: 'Choose the Jade that holds the key.' }
        : { kind: 'jade', port: choice.port };
  }
}
