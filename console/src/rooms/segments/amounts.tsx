// Numbers and lengths of time in conditions.
import { NativeSelect, NumberInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { UNITS } from "./shapes";

export interface Span {
  amount: number | string;
  unit?: string;
}

interface AmountProps {
  label: string;
  value: unknown;
  change: (value: number | string) => void;
  min?: number;
  max?: number;
  whole?: boolean;
}

export function Amount({ label, value, change, min, max, whole }: AmountProps) {
  return (
    <NumberInput
      size="xs"
      w={92}
      aria-label={label}
      value={value as number | string}
      allowDecimal={!whole}
      hideControls
      {...(min === undefined ? {} : { min })}
      {...(max === undefined ? {} : { max })}
      onChange={change}
    />
  );
}

interface SpanProps {
  label: string;
  span: Span;
  change: (span: Span) => void;
}

/** A length of time: so many minutes, hours, days or weeks. */
export function SpanFields({ label, span, change }: SpanProps) {
  const { t } = useTranslation("segments");
  return (
    <>
      <Amount
        label={label}
        value={span.amount}
        whole
        min={1}
        change={(amount) => change({ ...span, amount })}
      />
      <NativeSelect
        size="xs"
        aria-label={t("unit.which", { of: label })}
        value={span.unit ?? "day"}
        data={UNITS.map((one) => ({ value: one, label: t(`unit.${one}`) }))}
        onChange={(event) => change({ ...span, unit: event.currentTarget.value })}
      />
    </>
  );
}
