import type { ReactElement, ReactNode } from 'react';
import type { JadeDevice } from '../../../shared/contract/index.ts';
import { download } from '../../lib/files.ts';
import { Button } from '../controls/button.tsx';
import { Answer } from '../layout/answer.tsx';
import { Empty } from '../layout/empty.tsx';
import udevRule from '../../../../resources/linux/51-sluice-jade.rules?raw';
import { JadeDeviceCard } from './jade-device.tsx';
import { jadesFirst, needsPermission } from './jade-words.ts';
import { useJades } from './use-jades.ts';
import styles from './jade.module.css';

interface JadeListProps {
  /** What can be done with a Jade that is ready. */
  act?: (device: JadeDevice) => ReactNode;
  /** Also what is attached and no Jade: to see why one is not found. */
  everything?: boolean;
}

/** Every device that is or may be a Jade, and help for when the right one is not there. */
export function JadeList({ act, everything = false }: JadeListProps): ReactElement {
  const jades = useJades();
  const again = (): void => void jades.refetch();
  return (
    <div className={styles.list}>
      <Answer of={jades} lines={3}>
        {({ devices: found, help }) => {
          const devices = everything ? found : found.filter(({ state }) => state !== 'not-jade');
          const forbidden = needsPermission(found);
          return (
            <>
              {devices.length === 0 && (
                <Empty>No Jade is attached. Attach one, switch it on, and look again.</Empty>
              )}
              {devices.length > 0 && (
                <ul className={styles.devices} aria-label="Jades">
                  {jadesFirst(devices).map((device) => (
                    <JadeDeviceCard key={device.port} device={device} onChanged={again}>
                      {act?.(device)}
                    </JadeDeviceCard>
                  ))}
                </ul>
              )}
              {(help.length > 0 || forbidden) && (
                <Help lines={help} rule={forbidden || help.some((line) => line.includes('udev'))} />
              )}
            </>
          );
        }}
      </Answer>
      <div>
        <Button icon="refresh" isPending={jades.isFetching} onPress={again}>
          Look for Jades
        </Button>
      </div>
    </div>
  );
}

function Help({ lines, rule }: { lines: readonly string[]; rule: boolean }): ReactElement {
  return (
    <section className={styles.help} aria-label="If your Jade is not in the list">
      <h3>If your Jade is not in the list</h3>
      {lines.length === 0 && (
        <p>This user may not open its port. The udev rule lets whoever sits at the screen do so.</p>
      )}
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {rule && (
        <div>
          <Button
            size="small"
            icon="export"
            onPress={() => download({ fileName: '51-sluice-jade.rules', content: udevRule })}
          >
            Save the udev rule
          </Button>
        </div>
      )}
    </section>
  );
}
