import { useState, type ReactElement } from 'react';
import type { Settings } from '../../../shared/contract/index.ts';
import { checkArgs, type FieldProblems } from '../../bridge/check-args.ts';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { AmountField } from '../../components/controls/amount-field.tsx';
import { Button } from '../../components/controls/button.tsx';
import { TextField } from '../../components/controls/text-field.tsx';
import { Answer } from '../../components/layout/answer.tsx';
import { Form, FormRow } from '../../components/layout/form.tsx';
import { notify } from '../../components/overlay/notices.ts';

export function LimitsSection(): ReactElement {
  const settings = useAsk('settings.get', {});
  return <Answer of={settings}>{(shown) => <LimitsForm settings={shown} />}</Answer>;
}

function LimitsForm({ settings }: { settings: Settings }): ReactElement {
  const save = useCommand('settings.set');
  const [recipients, setRecipients] = useState(String(settings.recipientsPerBatch));
  const [lanes, setLanes] = useState(String(settings.lanes));
  const [feeRate, setFeeRate] = useState(settings.feeRate);
  const [feeCeiling, setFeeCeiling] = useState<Settings['feeCeiling'] | undefined>(settings.feeCeiling);
  const [lowFeeFunds, setLowFeeFunds] = useState<Settings['lowFeeFunds'] | undefined>(settings.lowFeeFunds);
  const [problems, setProblems] = useState<FieldProblems>({});
  const submit = (): void => {
    const args = {
      recipientsPerBatch: wholeNumber(recipients),
      lanes: wholeNumber(lanes),
      feeRate: feeRate.replace(',', '.'),
      feeCeiling,
      lowFeeFunds,
    };
    const found = checkArgs('settings.set', args);
    const all = {
      ...found,
      ...(feeCeiling === undefined ? { feeCeiling: 'Write an amount.' } : {}),
      ...(lowFeeFunds === undefined ? { lowFeeFunds: 'Write an amount.' } : {}),
    };
    setProblems(all);
    if (Object.keys(all).length > 0 || feeCeiling === undefined || lowFeeFunds === undefined) return;
    save.mutate({ ...args, feeCeiling, lowFeeFunds }, { onSuccess: () => notify('Limits saved') });
  };
  return (
    <Form
      label="Limits"
      onSubmit={submit}
      error={save.error}
      actions={
        <Button type="submit" tone="primary" isPending={save.isPending}>
          Save limits
        </Button>
      }
    >
      <FormRow>
        <TextField
          label="Recipients per batch"
          inputMode="numeric"
          value={recipients}
          onChange={setRecipients}
          help="The relay limit holds 80 at most."
          error={problems['recipientsPerBatch']}
        />
        <TextField
          label="Batches side by side"
          inputMode="numeric"
          value={lanes}
          onChange={setLanes}
          help="1 to 10."
          error={problems['lanes']}
        />
      </FormRow>
      <TextField
        label="Fee rate"
        inputMode="decimal"
        value={feeRate}
        onChange={setFeeRate}
        help="Satoshi per virtual byte, undiscounted; 0.1 is the usual rate on Liquid."
        error={problems['feeRate']}
      />
      <AmountField
        label="Highest fee of a batch"
        precision={8}
        ticker="L-BTC"
        initial={settings.feeCeiling}
        onChange={setFeeCeiling}
        error={problems['feeCeiling']}
        help="Signing is refused above it."
      />
      <AmountField
        label="Warn when L-BTC for fees falls below"
        precision={8}
        ticker="L-BTC"
        initial={settings.lowFeeFunds}
        onChange={setLowFeeFunds}
        error={problems['lowFeeFunds']}
      />
    </Form>
  );
}

/** Not a number stays one, so that the schema refuses it. */
function wholeNumber(text: string): number {
  return /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
}
