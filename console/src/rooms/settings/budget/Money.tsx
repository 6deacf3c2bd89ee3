// The currency of the budget, the rates of others, and how little may be left on an account.
import { Autocomplete, NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { AmountField } from "./AmountField";
import own from "./budget.module.css";
import type { At } from "./faults";
import { RowEnd } from "./RowEnd";
import { type Balance, CURRENCIES, type Rate } from "./shape";
import type { Names } from "./useNames";

interface CurrencyProps {
  label: string;
  description?: string;
  value: string;
  change: (value: string) => void;
  error?: string | undefined;
}

const CODE_LENGTH = 3;

/** A currency by its three letters: those of the countries around are offered. */
export function CurrencyField({ change, error, ...rest }: CurrencyProps) {
  return (
    <Autocomplete
      {...rest}
      onChange={(value) => change(value.trim().toUpperCase())}
      data={[...CURRENCIES]}
      // Whoever opens the list sees all of it, also where one is chosen already.
      filter={({ options }) => options}
      error={error}
      maxLength={CODE_LENGTH}
      autoComplete="off"
      spellCheck={false}
      required
    />
  );
}

interface RateProps {
  rate: Rate;
  /** The budget's. */
  currency: string;
  twice: boolean;
  fault: string | undefined;
  change: (rate: Rate) => void;
  remove: () => void;
}

export function RateRow({ rate, currency, twice, fault, change, remove }: RateProps) {
  const { t } = useTranslation("settings");
  return (
    <li className={own.row}>
      <CurrencyField
        label={t("budget.currency")}
        value={rate.currency}
        change={(value) => change({ ...rate, currency: value })}
        error={twice ? t("budget.rateTwice") : fault}
      />
      <AmountField
        label={t("budget.worth", { currency })}
        value={rate.rate}
        change={(value) => change({ ...rate, rate: value })}
      />
      <RowEnd name={rate.currency} remove={remove} />
    </li>
  );
}

interface BalanceProps {
  balance: Balance;
  names: Names;
  at: At;
  change: (balance: Balance) => void;
  remove: () => void;
}

export function BalanceRow({ balance, names, at, change, remove }: BalanceProps) {
  const { t } = useTranslation("settings");
  return (
    <li className={own.row}>
      <NativeSelect
        label={t("budget.account")}
        value={balance.account}
        onChange={(event) => change({ ...balance, account: event.currentTarget.value })}
        data={[
          { value: "", label: t("budget.whichAccount") },
          ...names.accounts("", balance.account),
        ]}
        required
        error={at("account")}
      />
      <AmountField
        label={t("budget.below")}
        value={balance.warn_below}
        change={(value) => change({ ...balance, warn_below: value })}
        error={at("warn_below")}
      />
      <RowEnd name={balance.account} remove={remove} />
    </li>
  );
}
