import { z } from 'zod';
import { SluiceError } from '../../shared/errors.ts';
import { addressesAnswer, AMP0_ACCOUNT, blobAnswer, fundAnswer, type LoginAnswer } from './answers.ts';
import { ask } from './ask.ts';
import { blobFacts, openBlob, type Blob } from './blob.ts';
import { gaitSteps } from './keys.ts';
import type { Link } from './link.ts';
import type { Amp0Account, Amp0Session } from './types.ts';
import { answerInvalid, invalid } from './words.ts';

/** What a login is about, kept while its session lasts. */
export interface Login {
  link: Link;
  answer: LoginAnswer;
  /** As it lies at Green; null where there is none, or none that can be opened. */
  blob: Blob | null;
}

/** The owner's blob as it lies at Green, and what is in it. */
export interface SealedBlob {
  sealed: string;
  blob: Blob;
}

/** The owner's blob. Throws COSIGNER_ANSWER_INVALID when the key does not open it. */
export async function readBlob(link: Link, key: Buffer): Promise<SealedBlob> {
  const { blob } = await ask(link, {
    procedure: 'login.get_client_blob',
    args: [0],
    what: 'the account’s data',
    shape: blobAnswer,
    refusal: 'Try again later.',
  });
  return openAnswer(link, blob, key);
}

/** Opens a blob that came in an answer. Throws COSIGNER_ANSWER_INVALID. */
export async function openAnswer(link: Link, sealed: string, key: Buffer): Promise<SealedBlob> {
  const blob = await openBlob(sealed, key);
  if (blob === null) {
    throw link.fail(answerInvalid(link.where, 'the account’s data do not open with the account’s key'));
  }
  return { sealed, blob };
}

/** What both kinds of login can do, over what the login brought. */
export function sessionOf(login: Login): Amp0Session {
  const { link, answer } = login;
  const path = gaitSteps(answer.gait_path);
  if (path === null) {
    throw link.fail(answerInvalid(link.where, 'the path of the owner’s keys has another form'));
  }
  /** Whether Green lists addresses to this session. */
  let lists = true;
  const facts = () => blobFacts(login.blob ?? []);

  const account = (pointer: number) => {
    const found = answer.subaccounts.find((one) => one.pointer === pointer && one.type === AMP0_ACCOUNT);
    if (found === undefined) {
      throw new SluiceError('NOT_FOUND', `Green has no AMP0 account ${pointer} of this owner.`, {
        next: 'Log in again; the account may have been made under other words.',
      });
    }
    return found;
  };

  const fund = async (pointer: number) => {
    account(pointer);
    const issued = await ask(link, {
      procedure: 'vault.fund',
      args: [pointer, true, 'p2wsh'],
      what: 'an address',
      shape: fundAnswer,
      refusal: 'Try again later. Nothing can be received on this account but at an address of Green.',
    });
    if (issued.subaccount !== pointer) {
      throw link.fail(answerInvalid(link.where, 'the address belongs to another account'));
    }
    return { index: issued.pointer, witnessScript: issued.script };
  };

  return {
    gaitPath: path,
    get accounts(): Amp0Account[] {
      const { accounts } = facts();
      return answer.subaccounts.flatMap((one) =>
        one.type !== AMP0_ACCOUNT || !one.receiving_id
          ? []
          : [
              {
                pointer: one.pointer,
                ampId: one.receiving_id,
                xpub: accounts.get(one.pointer) ?? null,
                wantsAddresses: one.required_ca,
              },
            ],
      );
    },
    get masterBlindingKey() {
      return facts().masterBlindingKey;
    },
    get fingerprint() {
      return facts().fingerprint;
    },
    fund,

    async lastIndex(pointer) {
      account(pointer);
      if (lists) {
        // As GDK asks for the newest page. LWK issues an address to find out, which would cost one for each scan.
        const page = await ask(link, {
          procedure: 'addressbook.get_my_addresses',
          args: [pointer, 0],
          what: 'the addresses so far',
          shape: addressesAnswer,
          refusal: '',
        }).catch((error: unknown) => {
          if (!(error instanceof SluiceError) || error.code !== 'COSIGNER_REFUSED') throw error;
          return null;
        });
        if (page !== null) return page.reduce((highest, one) => Math.max(highest, one.pointer), 0);
        lists = false;
      }
      return (await fund(pointer)).index;
    },

    async upload(pointer, addresses) {
      const of = account(pointer);
      if (addresses.length === 0) throw invalid('There is no address to upload.', 'Ask for one first.');
      await ask(link, {
        procedure: 'txs.upload_authorized_assets_confidential_address',
        args: [pointer, addresses],
        what: 'the addresses for issuers',
        shape: z.literal(true),
        refusal: 'Try again later. Until then issuers can pay only to an address that you give them.',
      });
      of.required_ca = Math.max(0, of.required_ca - addresses.length);
    },
  };
}
