import type { WalletPolicy } from '../liquid/types.ts';
import type { SignRequest } from './payloads.ts';

/** What things are called to whoever approves: a distribution pays holders, a plain payment has recipients. */
export interface Words {
  owner: 'treasury' | 'wallet';
  payee: 'holder' | 'recipient';
}

export function wordsOf({ kind }: Pick<SignRequest, 'kind'>, policy: WalletPolicy): Words {
  return {
    owner: 'descriptor' in policy ? 'wallet' : 'treasury',
    payee: kind === 'send' ? 'recipient' : 'holder',
  };
}
