// What a message costs: a row, whose place counts, for the first that fits is asked.
import { NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFmt } from "~/kit";
import { AmountField } from "./AmountField";
import own from "./budget.module.css";
import type { At } from "./faults";
import { Narrow } from "./Narrow";
import { RowEnd } from "./RowEnd";
import { Several } from "./Several";
import { type Form, PARTS, type Price } from "./shape";
import type { Names } from "./useNames";

interface Props {
  price: Price;
  form: Form;
  names: Names;
  at: At;
  up: (() => void) | undefined;
  change: (price: Price) => void;
  remove: () => void;
}

export function PriceRow({ price, form, names, at, up, change, remove }: Props) {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  const set = (part: Partial<Price>) => change({ ...price, ...part });
  const currencies = new Set([...form.rates.map((one) => one.currency), price.currency]);
  currencies.delete("");
  const called = `${names.channel(price.channel)} ${fmt.amount(price.price)}`.trim();
  return (
    <li className={own.row}>
      <NativeSelect
        label={t("budget.channel")}
        value={price.channel}
        onChange={(event) => set({ channel: event.currentTarget.value, account: "" })}
        data={names.channels(price.channel)}
        error={at("channel")}
      />
      <AmountField
        label={t("budget.price")}
        value={price.price}
        change={(value) => set({ price: value })}
        error={at("price")}
      />
      <NativeSelect
        label={t("budget.currency")}
        value={price.currency}
        onChange={(event) => set({ currency: event.currentTarget.value })}
        data={[{ value: "", label: form.currency }, ...currencies]}
        error={at("currency")}
      />
      <NativeSelect
        label={t("budget.for")}
        value={price.per}
        onChange={(event) => set({ per: event.currentTarget.value })}
        data={PARTS.map((value) => ({ value, label: t(`budget.parts.${value}`) }))}
        error={at("per")}
      />
      <Narrow
        of={called}
        used={!!(price.account || price.countries.length || price.classes.length)}
      >
        <NativeSelect
          label={t("budget.account")}
          value={price.account}
          onChange={(event) => set({ account: event.currentTarget.value })}
          data={[
            { value: "", label: t("budget.anyAccount") },
            ...names.accounts(price.channel, price.account),
          ]}
          error={at("account")}
        />
        <Several
          label={t("budget.inCountries")}
          none={t("budget.allCountries")}
          value={price.countries}
          change={(countries) => set({ countries })}
          data={names.countries(...price.countries)}
          error={at("countries")}
        />
        <Several
          label={t("budget.kinds")}
          none={t("budget.allKinds")}
          value={price.classes}
          change={(classes) => set({ classes })}
          data={names.classes}
          error={at("classes")}
        />
      </Narrow>
      <RowEnd name={called} fault={at()} up={up} remove={remove} />
    </li>
  );
}
