// Which days: the last 7, 28 or 90, or own dates; beside those before or alone; in which currency.
import { Button, Group, NativeSelect, SegmentedControl, Switch, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { LENGTHS, type useSpan } from "./span";

interface Props {
  of: ReturnType<typeof useSpan>;
  currencies: string[];
  currency: string;
}

export function Picker({ of, currencies, currency }: Props) {
  const { t } = useTranslation("overview");
  const { span, own, days, change } = of;
  const choose = (value: string) =>
    value === "own"
      ? change({ days: undefined, from: span.from, to: span.to })
      : change({ days: Number(value), from: undefined, to: undefined });
  return (
    <Group gap="sm" align="end">
      <SegmentedControl
        size="xs"
        aria-label={t("period.label")}
        value={own ? "own" : String(days)}
        onChange={choose}
        data={[
          ...LENGTHS.map((n) => ({ value: String(n), label: t("period.days", { n }) })),
          { value: "own", label: t("period.own") },
        ]}
      />
      {own ? <Dates key={`${span.from}/${span.to}`} of={of} /> : null}
      {currencies.length > 1 ? (
        <NativeSelect
          size="xs"
          aria-label={t("period.currency")}
          data={currencies}
          value={currency}
          onChange={(event) => change({ currency: event.currentTarget.value })}
        />
      ) : null}
      <Switch
        size="sm"
        label={t("period.compare")}
        checked={span.compare}
        onChange={(event) => change({ compare: event.currentTarget.checked ? undefined : "none" })}
      />
    </Group>
  );
}

function Dates({ of }: { of: Props["of"] }) {
  const { t } = useTranslation("overview");
  const [from, setFrom] = useState(of.span.from);
  const [to, setTo] = useState(of.span.to);
  const show = (event: FormEvent) => {
    event.preventDefault();
    if (from && to) of.change({ from, to });
  };
  return (
    <form onSubmit={show}>
      <Group gap="xs" align="end">
        <TextInput
          size="xs"
          type="date"
          label={t("period.from")}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          type="date"
          label={t("period.to")}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        <Button size="xs" variant="default" type="submit">
          {t("period.show")}
        </Button>
      </Group>
    </form>
  );
}
