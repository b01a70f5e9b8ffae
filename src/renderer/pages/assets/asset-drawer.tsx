import { getRouteApi, Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import type { Result } from '../../../shared/contract/index.ts';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { Button } from '../../components/controls/button.tsx';
import { Answer } from '../../components/layout/answer.tsx';
import { Banner, Facts, KeyFigures } from '../../components/layout/facts.tsx';
import { Section } from '../../components/layout/page.tsx';
import { LinkTabs } from '../../components/layout/tabs.tsx';
import { ConfirmTyped } from '../../components/overlay/confirm-typed.tsx';
import { Drawer } from '../../components/overlay/drawer.tsx';
import { notify } from '../../components/overlay/notices.ts';
import { AmountText } from '../../components/values/amount-text.tsx';
import { IdText } from '../../components/values/id-text.tsx';
import { None, Verdict } from '../../components/values/verdict.tsx';
import { counted, formatCount } from '../../lib/format.ts';
import { assetWord } from '../../lib/text.ts';
import { Activities } from './activities.tsx';
import { Ownerships } from './ownerships.tsx';
import { Requirements } from './requirements.tsx';

const route = getRouteApi('/assets');

export type AssetDetail = Result<'assets.get'>;

const TABS = [
  ['summary', 'Summary'],
  ['ownerships', 'Ownerships'],
  ['activities', 'Activities'],
  ['requirements', 'Requirements'],
] as const;

export function AssetDrawer({
  assetUuid,
  onClose,
}: {
  assetUuid: string;
  onClose: () => void;
}): ReactElement {
  const { tab = 'summary' } = route.useSearch();
  const asset = useAsk('assets.get', { assetUuid });
  return (
    <Drawer wide title={asset.data?.name ?? 'Asset'} note={asset.data?.ticker} onClose={onClose}>
      <LinkTabs label="Parts of the asset">
        {TABS.map(([key, name]) => (
          <Link
            key={key}
            from="/assets"
            to="/assets"
            search={(before) => ({ ...before, tab: key })}
            replace
            aria-current={tab === key ? 'page' : undefined}
            activeProps={{ 'aria-current': tab === key ? 'page' : undefined }}
          >
            {name}
          </Link>
        ))}
      </LinkTabs>
      <Answer of={asset} lines={8}>
        {(shown) => {
          const Part = PARTS[tab];
          return <Part asset={shown} />;
        }}
      </Answer>
    </Drawer>
  );
}

const PARTS = {
  summary: Summary,
  ownerships: Ownerships,
  activities: Activities,
  requirements: Requirements,
} as const;

function Summary({ asset }: { asset: AssetDetail }): ReactElement {
  const { summary } = asset;
  const amount = (value: typeof summary.issued): ReactElement => (
    <AmountText value={value} precision={asset.precision} focusable />
  );
  return (
    <>
      {asset.lostOutputs.length > 0 && (
        <Banner
          of="wrong"
          title={`AMP has lost track of ${counted(asset.lostOutputs.length, 'output')} of this asset.`}
        >
          Ask Blockstream’s support to put its books right before anything else is distributed.
        </Banner>
      )}
      <KeyFigures
        label="AMP’s summary"
        figures={[
          ['Issued', amount(summary.issued)],
          ['Reissued', amount(summary.reissued)],
          ['Assigned', amount(summary.assigned)],
          ['Distributed', amount(summary.distributed)],
          ['Burned', amount(summary.burned)],
          ['Locked', amount(summary.locked)],
          [
            'Registered users',
            formatCount(summary.registeredUsers),
            `${formatCount(summary.activeRegisteredUsers)} hold some`,
          ],
          ['Reissuance tokens', formatCount(summary.reissuanceTokens)],
        ]}
      />
      <Facts
        facts={[
          ['Asset id', <IdText key="id" id={asset.assetId} what="asset id" whole />],
          ['AMP’s uuid', <IdText key="uuid" id={asset.assetUuid} what="asset uuid" whole />],
          ['Decimals', asset.precision],
          ['Domain', asset.domain ?? <None>none</None>],
          [
            'Issuer key',
            asset.issuerPubkey === null ? (
              <None>none</None>
            ) : (
              <IdText key="key" id={asset.issuerPubkey} what="issuer key" whole />
            ),
          ],
          [
            'Reissuance token',
            asset.reissuanceTokenId === null ? (
              <None>none</None>
            ) : (
              <IdText key="token" id={asset.reissuanceTokenId} what="token id" whole />
            ),
          ],
          ['In the registry', asset.isRegistered ? 'Yes' : 'No'],
          [
            'Transfers',
            asset.transferRestricted ? 'Restricted: AMP co-signs every transfer' : 'Tracked only',
          ],
        ]}
      />
      <Section title="Treasury addresses" level={3} note="Addresses that AMP counts as the issuer’s own.">
        {asset.treasuryAddresses.length === 0 ? (
          <None>none</None>
        ) : (
          <ul>
            {asset.treasuryAddresses.map((address) => (
              <li key={address}>
                <IdText id={address} what="treasury address" whole />
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Powers asset={asset} />
    </>
  );
}

type Power = 'lock' | 'authorize';

/** Acts that change what holders can do. */
function Powers({ asset }: { asset: AssetDetail }): ReactElement {
  const [asking, setAsking] = useState<Power | undefined>(undefined);
  const lock = useCommand('assets.setLocked');
  const authorize = useCommand('assets.authorize');
  const { assetUuid } = asset;
  const close = (): void => setAsking(undefined);
  return (
    <>
      <Section title="Transfers" level={3}>
        <p>
          {asset.isLocked ? (
            <Verdict of="attention">Locked: no holder can transfer this asset.</Verdict>
          ) : (
            <Verdict of="good">Not locked.</Verdict>
          )}
        </p>
        <div>
          <Button onPress={() => setAsking('lock')}>{asset.isLocked ? 'Unlock asset' : 'Lock asset'}</Button>
        </div>
      </Section>
      <Section title="Authorization" level={3}>
        {asset.isAuthorized ? (
          <p>
            <Verdict of="good">Authorized at Green.</Verdict>
          </p>
        ) : (
          <div>
            <Button onPress={() => setAsking('authorize')}>Authorize asset</Button>
          </div>
        )}
      </Section>
      <ConfirmTyped
        title={asset.isLocked ? 'Unlock this asset?' : 'Lock this asset?'}
        effect={
          <p>
            {asset.isLocked
              ? 'Holders can transfer it again, by the asset’s requirements.'
              : `Every transfer of ${asset.name} is refused until it is unlocked, for all ${formatCount(asset.summary.activeRegisteredUsers)} who hold some. Distributions are refused as well.`}
          </p>
        }
        word={assetWord(asset)}
        action={asset.isLocked ? 'Unlock asset' : 'Lock asset'}
        isOpen={asking === 'lock'}
        onClose={close}
        onConfirm={(confirm) =>
          lock.mutate(
            { assetUuid, locked: !asset.isLocked, confirm },
            {
              onSuccess: (changed) => {
                notify(changed.isLocked ? 'Asset locked' : 'Asset unlocked');
                close();
              },
            },
          )
        }
        running={lock.isPending}
        error={lock.error}
      />
      <ConfirmTyped
        title="Authorize this asset?"
        effect={<p>Green is told that this asset is authorized. This cannot be undone.</p>}
        word={assetWord(asset)}
        action="Authorize asset"
        isOpen={asking === 'authorize'}
        onClose={close}
        onConfirm={(confirm) =>
          authorize.mutate(
            { assetUuid, confirm },
            {
              onSuccess: () => {
                notify('Asset authorized');
                close();
              },
            },
          )
        }
        running={authorize.isPending}
        error={authorize.error}
      />
    </>
  );
}
