import { useState, type ReactElement } from 'react';
import type { CustodyAddress, CustodyWallet } from '../../../../shared/contract/index.ts';
import { useAsk, useCommand } from '../../../bridge/hooks.ts';
import { useWindowed } from '../../../bridge/windowed.ts';
import { QrCode } from '../../../components/carry/qr-code.tsx';
import { Button } from '../../../components/controls/button.tsx';
import { SearchField } from '../../../components/controls/search-field.tsx';
import { TextField } from '../../../components/controls/text-field.tsx';
import { Empty } from '../../../components/layout/empty.tsx';
import { FailureNote } from '../../../components/layout/failure.tsx';
import { Form } from '../../../components/layout/form.tsx';
import { Count, Section, Toolbar } from '../../../components/layout/page.tsx';
import { copyText } from '../../../components/overlay/notices.ts';
import type { Column } from '../../../components/table/columns.ts';
import { DataTable } from '../../../components/table/data-table.tsx';
import { IdText } from '../../../components/values/id-text.tsx';
import { TimeText } from '../../../components/values/time-text.tsx';
import { Badge } from '../../../components/values/verdict.tsx';
import { counted, formatCount, shortId } from '../../../lib/format.ts';
import { LabelCell } from './label-cell.tsx';
import styles from '../custody.module.css';

const SOURCE: Record<CustodyWallet['kind'], string> = {
  amp0: 'Issued by Green, the AMP0 server: it cosigns only for addresses that it gave out itself, so this desk never derives one.',
  amp2: 'Derived here from the registered descriptor.',
  single: 'Derived here from the descriptor.',
};

/** An address to be paid at, large enough to be compared by eye, and all that were given out before. */
export function ReceiveTab({ wallet }: { wallet: CustodyWallet }): ReactElement {
  const newest = useAsk('custody.addresses', { id: wallet.id, offset: 0, limit: 1 });
  const make = useCommand('custody.newAddress');
  const [label, setLabel] = useState('');
  const last = newest.data?.rows[0];
  const shown = make.data ?? (last?.used === false ? last : undefined);
  return (
    <>
      <Section title="Receive" note={SOURCE[wallet.kind]}>
        {newest.error && !newest.data && <FailureNote error={newest.error} />}
        {shown && <Large address={shown} wallet={wallet} />}
        <Form
          label="New address"
          onSubmit={() =>
            make.mutate(
              { id: wallet.id, ...(label.trim() === '' ? {} : { label }) },
              { onSuccess: () => setLabel('') },
            )
          }
          error={make.error}
          actions={
            <Button type="submit" tone={shown ? 'plain' : 'primary'} icon="plus" isPending={make.isPending}>
              {shown ? 'Another address' : 'New address'}
            </Button>
          }
        >
          <TextField
            label="Label of the next address"
            value={label}
            onChange={setLabel}
            help="Who is to pay there, or what for. It can be left empty."
          />
        </Form>
      </Section>
      <Addresses wallet={wallet} />
    </>
  );
}

function Large({ address, wallet }: { address: CustodyAddress; wallet: CustodyWallet }): ReactElement {
  return (
    <div className={styles.address} role="status" aria-label="Receive address">
      <QrCode
        text={address.address}
        label={`QR code: address ${formatCount(address.index)} of ${wallet.name}`}
      />
      <div className={styles.addressText}>
        <code data-copy={address.address} data-copy-what="address">
          {address.grouped}
        </code>
        <p className={styles.help}>
          Address {formatCount(address.index)} of {wallet.name}
          {address.label === '' ? '' : `, for “${address.label}”`}. A payment is seen when the chain is looked
          at next.
        </p>
        <div>
          <Button icon="copy" onPress={() => void copyText(address.address, 'address')}>
            Copy address
          </Button>
        </div>
      </div>
    </div>
  );
}

function Addresses({ wallet }: { wallet: CustodyWallet }): ReactElement {
  const [search, setSearch] = useState('');
  const source = useWindowed('custody.addresses', {
    id: wallet.id,
    ...(search === '' ? {} : { search }),
  });
  return (
    <Section title="Addresses">
      <Toolbar>
        <SearchField main label="Search addresses" value={search} onChange={setSearch} />
        <Count>{source.state === 'ready' && counted(source.total, 'address', 'addresses')}</Count>
      </Toolbar>
      <DataTable<CustodyAddress>
        inside
        passive
        label="Addresses"
        columns={addressColumns(wallet)}
        source={source}
        rowKey={(row) => row.address}
        empty={
          <Empty>{search === '' ? 'No address was given out yet.' : `No address matches “${search}”.`}</Empty>
        }
      />
    </Section>
  );
}

function addressColumns(wallet: CustodyWallet): readonly Column<CustodyAddress>[] {
  return [
    { id: 'index', header: 'No.', width: '5rem', align: 'end', cell: (row) => formatCount(row.index) },
    {
      id: 'address',
      header: 'Address',
      width: 'minmax(10rem, 1fr)',
      cell: (row) => <IdText id={row.address} what="address" button={false} grouped />,
    },
    {
      id: 'label',
      header: 'Label',
      width: 'minmax(12rem, 2fr)',
      cell: (row) => (
        <LabelCell
          walletId={wallet.id}
          type="addr"
          reference={row.address}
          label={row.label}
          what={`address ${shortId(row.address)}`}
        />
      ),
    },
    {
      id: 'used',
      header: 'State',
      width: '7rem',
      cell: (row) => (row.used ? <Badge of="good">Paid at</Badge> : <Badge>Not used</Badge>),
    },
    {
      id: 'from',
      header: 'From',
      width: '9rem',
      cell: (row) => (row.from === 'amp0' ? 'Issued by Green' : 'Derived here'),
    },
    { id: 'at', header: 'Given out', width: '8rem', cell: (row) => <TimeText at={row.at} /> },
  ];
}
