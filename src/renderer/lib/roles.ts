import type { Role } from '../../shared/contract/index.ts';

export const ROLE_NAMES: Record<Role, string> = { desk: 'Desk', signer: 'Signer' };
