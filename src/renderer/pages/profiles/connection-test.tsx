import type { UseMutationResult } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { Args, Result } from '../../../shared/contract/index.ts';
import type { BridgeError } from '../../bridge/bridge-error.ts';
import { FailureNote } from '../../components/layout/failure.tsx';
import { Checks } from '../../components/layout/facts.tsx';

interface ConnectionTestProps {
  test: UseMutationResult<Result<'profiles.test'>, BridgeError, Args<'profiles.test'>>;
}

/** The verdict of every step of a connection test. */
export function ConnectionTest({ test }: ConnectionTestProps): ReactElement | null {
  if (test.error) return <FailureNote error={test.error} />;
  if (!test.data) return null;
  return <Checks label="Connection test" checks={test.data.steps} />;
}
