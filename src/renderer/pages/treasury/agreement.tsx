import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { TreasuryLine } from '../../../shared/contract/index.ts';
import { AmountText } from '../../components/values/amount-text.tsx';
import { None, Verdict } from '../../components/values/verdict.tsx';

/** Whether node and AMP agree on an asset, or by how much they do not. */
export function Agreement({ line, link = true }: { line: TreasuryLine; link?: boolean }): ReactElement {
  const { verdict, difference } = line.reconciliation;
  if (line.amp === null) return <None>Not in AMP’s books</None>;
  if (difference === 0n)
    return <Verdict of={verdict}>{verdict === 'good' ? 'Agrees' : 'Agrees so far'}</Verdict>;
  return (
    <Verdict of={verdict}>
      Differs by <AmountText value={difference} precision={line.precision} signed />
      {link && (
        <>
          :{' '}
          <Link to="/treasury" search={{ asset: line.assetId }}>
            see why
          </Link>
        </>
      )}
    </Verdict>
  );
}
