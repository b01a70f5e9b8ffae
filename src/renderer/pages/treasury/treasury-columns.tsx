import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { TreasuryLine } from '../../../shared/contract/index.ts';
import type { Amount } from '../../../shared/money.ts';
import type { Column } from '../../components/table/columns.ts';
import { AmountText } from '../../components/values/amount-text.tsx';
import { None } from '../../components/values/verdict.tsx';
import { Agreement } from './agreement.tsx';

type Line = TreasuryLine;

function figure(
  id: string,
  header: string,
  read: (line: Line) => Amount | undefined,
  hidden = false,
): Column<Line> {
  return {
    id,
    header,
    width: 'minmax(7.5rem, 1fr)',
    align: 'end',
    hidden,
    cell: (line) => {
      const value = read(line);
      return value === undefined ? <None /> : <AmountText value={value} precision={line.precision} />;
    },
  };
}

const name: Column<Line> = {
  id: 'name',
  header: 'Asset',
  width: 'minmax(12rem, 2fr)',
  fixed: true,
  cell: (line) => <Name line={line} />,
};

const agreement: Column<Line> = {
  id: 'agreement',
  header: 'Node and AMP',
  width: 'minmax(14rem, 1.4fr)',
  cell: (line) => <Agreement line={line} />,
};

const confirmed = figure('confirmed', 'Confirmed', (line) => line.node.confirmed);
const pending = figure('pending', 'Pending', (line) => line.node.pending);
const reserved = figure('reserved', 'Reserved', (line) => line.node.reserved);
const assigned = figure('assigned', 'Assigned', (line) => line.amp?.assigned);
const distributed = figure('distributed', 'Distributed', (line) => line.amp?.distributed);

/** The node's terms first, then AMP's, then the verdict. */
export const treasuryColumns: readonly Column<Line>[] = [
  name,
  confirmed,
  pending,
  reserved,
  figure('issued', 'Issued', (line) => line.amp?.issued, true),
  figure('reissued', 'Reissued', (line) => line.amp?.reissued, true),
  assigned,
  distributed,
  figure('burned', 'Burned', (line) => line.amp?.burned),
  figure('locked', 'Locked', (line) => line.amp?.locked),
  figure('treasury', 'Treasury at AMP', (line) => line.amp?.treasury),
  agreement,
];

export const overviewTreasuryColumns: readonly Column<Line>[] = [
  name,
  confirmed,
  pending,
  reserved,
  assigned,
  distributed,
  agreement,
];

function Name({ line }: { line: Line }): ReactElement {
  return (
    <>
      <Link to="/treasury" search={{ asset: line.assetId }} data-row-link="">
        {line.name}
      </Link>
      {line.ticker !== null && line.ticker !== line.name && <None> {line.ticker}</None>}
    </>
  );
}
