import type { AreaHandlers } from '../../shared/contract/index.ts';
import type { Store } from '../store/index.ts';

export function createAudit(store: Store): AreaHandlers<'audit'> {
  return {
    list: ({ search, subject, offset, limit }) => store.auditList({ search, subject, offset, limit }),
    verify: () => store.auditVerify(),
    export() {
      const lines = [...store.auditAll()].map((entry) => JSON.stringify(entry));
      return { fileName: 'audit.jsonl', content: lines.map((line) => `${line}\n`).join('') };
    },
  };
}
