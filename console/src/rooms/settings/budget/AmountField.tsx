// A field for an amount: typed with either decimal sign, kept as the exact text of it.
import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isAmount } from "~/fmt";
import { useFmt } from "~/kit";

interface Props {
  label: string;
  value: string;
  change: (value: string) => void;
  error?: string | undefined;
}

const LONGEST = 30;

export function AmountField({ label, value, change, error }: Props) {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  // While she types it stands as she types it; then as it was understood.
  const [typed, type] = useState<string>();
  const isTyped = typed !== undefined && fmt.readAmount(typed) === value;
  const unread = value && !isAmount(value) ? t("budget.unread", { such: fmt.amount("0.085") }) : "";
  return (
    <TextInput
      label={label}
      value={isTyped ? typed : fmt.amount(value)}
      onChange={(event) => {
        const text = event.currentTarget.value;
        type(text);
        change(fmt.readAmount(text));
      }}
      onBlur={() => type(undefined)}
      error={unread || error}
      inputMode="decimal"
      autoComplete="off"
      required
      maxLength={LONGEST}
    />
  );
}
