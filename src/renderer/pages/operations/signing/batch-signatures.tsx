import type { ReactElement } from 'react';
import { IdText } from '../../../components/values/id-text.tsx';
import { TimeText } from '../../../components/values/time-text.tsx';
import { Verdict } from '../../../components/values/verdict.tsx';
import { given, type RoundBatch } from '../../../lib/signatures.ts';
import { COSIGNER_WORDS } from '../../../lib/signer-words.ts';
import styles from './signing.module.css';

/** One batch: who has signed it, who could, and how many it takes. */
export function BatchSignatures({ batch }: { batch: RoundBatch }): ReactElement {
  const { seq, txid, needed, signatures } = batch;
  const have = given(batch);
  const enough = have >= needed;
  return (
    <li className={styles.batch} aria-label={`Signatures of batch ${seq}`}>
      <div className={styles.which}>
        <strong>Batch {seq}</strong>
        <Verdict of={enough ? 'good' : 'waiting'}>
          {have} of {needed} {needed === 1 ? 'signature' : 'signatures'}
        </Verdict>
        <IdText id={txid} what="transaction id" />
      </div>
      <ul className={styles.keys}>
        {signatures.map((signature) => (
          <li key={signature.fingerprint}>
            <Verdict of={signature.at === null ? 'waiting' : 'good'}>{signature.name}</Verdict>
            <small>
              {COSIGNER_WORDS[signature.kind]} · <code>{signature.fingerprint}</code>
            </small>
            <small>
              {signature.at === null ? (
                enough ? (
                  'not needed any more'
                ) : (
                  'has not signed'
                )
              ) : (
                <>
                  signed <TimeText at={signature.at} focusable />
                  {signature.how !== null && `, ${signature.how}`}
                </>
              )}
            </small>
          </li>
        ))}
      </ul>
    </li>
  );
}
