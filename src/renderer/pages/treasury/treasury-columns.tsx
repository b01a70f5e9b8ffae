import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { TreasuryLine } from '../../../shared/contract/index.ts';
import { ZERO, type Amount } from '../../../shared/money.ts';
import { figureTrack, type Column } from '../../components/table/columns.ts';
import { AmountText } from '../../components/values/amount-text.tsx';
import { None } from '../../components/values/verdict.tsx';
import { formatAmount } from '../../lib/format.ts';
import { Agreement } from './agreement.tsx';
import styles from './treasury.module.css';

type Line = TreasuryLine;

interface Figure {
  id: string;
  header: string;
  read: (line: Line) => Amount | undefined;
  hidden?: boolean;
}

const NODE: readonly Figure[] = [
  { id: 'confirmed', header: 'Confirmed', read: (line) => line.node.confirmed },
  { id: 'pending', header: 'Pending', read: (line) => line.node.pending },
  { id: 'reserved', header: 'Reserved', read: (line) => line.node.reserved },
];
const ASSIGNED: Figure = { id: 'assigned', header: 'Assigned', read: (line) => line.amp?.assigned };
const DISTRIBUTED: Figure = {
  id: 'distributed',
  header: 'Distributed',
  read: (line) => line.amp?.distributed,
};
const AMP: readonly Figure[] = [
  { id: 'issued', header: 'Issued', read: (line) => line.amp?.issued, hidden: true },
  { id: 'reissued', header: 'Reissued', read: (line) => line.amp?.reissued, hidden: true },
  ASSIGNED,
  DISTRIBUTED,
  { id: 'burned', header: 'Burned', read: (line) => line.amp?.burned },
  { id: 'locked', header: 'Locked', read: (line) => line.amp?.locked },
  { id: 'treasury', header: 'Treasury at AMP', read: (line) => line.amp?.treasury },
];

/** The verdict first, then the node's terms, then AMP's. */
export function treasuryColumns(lines: readonly Line[]): readonly Column<Line>[] {
  return [NAME, AGREEMENT, ...[...NODE, ...AMP].map((figure) => figureColumn(figure, lines))];
}

export function overviewTreasuryColumns(lines: readonly Line[]): readonly Column<Line>[] {
  return [NAME, AGREEMENT, ...[...NODE, ASSIGNED, DISTRIBUTED].map((figure) => figureColumn(figure, lines))];
}

const NAME: Column<Line> = {
  id: 'name',
  header: 'Asset',
  width: 'minmax(14rem, 2fr)',
  fixed: true,
  cell: (line) => <Name line={line} />,
};

const AGREEMENT: Column<Line> = {
  id: 'agreement',
  header: 'Node and AMP',
  width: 'minmax(14rem, 1fr)',
  cell: (line) => <Agreement line={line} />,
};

function figureColumn({ id, header, read, hidden = false }: Figure, lines: readonly Line[]): Column<Line> {
  const figures = lines.map((line) => formatAmount(read(line) ?? ZERO, line.precision));
  return {
    id,
    header,
    width: figureTrack([header, ...figures]),
    align: 'end',
    hidden,
    cell: (line) => {
      const value = read(line);
      return value === undefined ? <None /> : <AmountText value={value} precision={line.precision} />;
    },
  };
}

function Name({ line }: { line: Line }): ReactElement {
  return (
    <span className={styles.name}>
      <Link to="/treasury" search={{ asset: line.assetId }} data-row-link="" data-tip={line.name}>
        {line.name}
      </Link>
      {line.ticker !== null && line.ticker !== line.name && <None>{line.ticker}</None>}
    </span>
  );
}
