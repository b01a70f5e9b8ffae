import type { AreaHandlers } from '../../shared/contract/index.ts';
import type { CustodyDeps } from './deps.ts';
import { readLabels, writeLabels } from './bip329.ts';
import { fileStem } from './history.ts';
import type { Labels } from './labels.ts';
import type { Records } from './records.ts';

type LabelService = Pick<AreaHandlers<'custody'>, 'label' | 'exportLabels' | 'importLabels'>;

export function createLabelling(
  deps: Pick<CustodyDeps, 'store' | 'emit'> & { records: Records; labels: Labels },
): LabelService {
  const { store, records, labels } = deps;
  return {
    label({ id, type, ref, label }, { actor }) {
      records.get(id);
      store.tx(() => {
        labels.set(id, { type, ref, label });
        store.audit({ type: 'custody.labelled', subject: `wallet:${id}`, actor, data: { type, ref, label } });
      });
      deps.emit('custody.changed', { walletId: id });
      return {};
    },
    exportLabels({ id }) {
      const { name } = records.get(id);
      return { fileName: `${fileStem(name)}-labels.jsonl`, content: writeLabels(labels.all(id)) };
    },
    importLabels({ id, content }, { actor }) {
      records.get(id);
      const read = readLabels(content);
      store.tx(() => {
        for (const label of read.labels) labels.set(id, label);
        store.audit({
          type: 'custody.labels-imported',
          subject: `wallet:${id}`,
          actor,
          data: { set: read.labels.length, skipped: read.skipped },
        });
      });
      deps.emit('custody.changed', { walletId: id });
      const set = read.labels.length;
      const others =
        read.skipped === 0 ? '' : ` ${read.skipped} lines are of kinds that a wallet here does not have.`;
      return {
        set,
        skipped: read.skipped,
        sentence: `${set === 1 ? 'One label was' : `${set} labels were`} taken in.${others}`,
      };
    },
  };
}
