// The budget: what messages cost, how much may be spent, and how much of it is by now.
import { Button, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay, useMe } from "~/api/me";
import { Asked, Empty, UnsavedGuard, useDraft } from "~/kit";
import { Bar } from "../Bar";
import { SaveBar } from "../SaveBar";
import classes from "../settings.module.css";
import { useSaving } from "../useSaving";
import { budgetQuery, save } from "./api";
import own from "./budget.module.css";
import { CeilingRow } from "./Ceilings";
import { useFaults } from "./faults";
import { BalanceRow, CurrencyField, RateRow } from "./Money";
import { Now } from "./Now";
import { PriceRow } from "./Prices";
import { Rows } from "./Rows";
import { BLANK, type Definition, type Form, formOf, isFit, twice } from "./shape";
import { type Names, useNames } from "./useNames";

export default function Budget() {
  const { t } = useTranslation("settings");
  const known = useQuery(budgetQuery);
  return (
    <>
      <Bar about={t("about.budget")} />
      <Asked of={known} isEmpty={() => false}>
        {({ version, definition }) => <Written version={version} definition={definition} />}
      </Asked>
    </>
  );
}

function Written({ version, definition }: { version: number; definition: Definition }) {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const may = useMay("budget.manage");
  const me = useMe();
  const names = useNames();
  const base = String(version);
  const draft = useDraft<Form>("budget", formOf(definition, me.currency), base);
  const saving = useSaving(draft, base, {
    save,
    refresh: () => queries.invalidateQueries({ queryKey: ["budget"] }),
  });
  const faults = useFaults(saving);
  const form = draft.value;
  if (!version && !draft.dirty) {
    return (
      <Empty
        title={t("budget.none")}
        action={
          may ? <Button onClick={() => draft.change(form)}>{t("budget.begin")}</Button> : undefined
        }
      >
        {t("budget.noneHelp")}
      </Empty>
    );
  }
  return (
    <>
      {version ? <Now names={names} /> : null}
      <form
        className={classes.sheet}
        onSubmit={(event) => {
          event.preventDefault();
          faults.trying(form);
          void saving.go();
        }}
      >
        <Text mb="sm">{version ? t("budget.inForce", { version }) : t("budget.new")}</Text>
        <UnsavedGuard draft={draft} />
        <fieldset className={classes.fields} disabled={!may || saving.busy}>
          <legend className="k-hidden">{t("tab.budget")}</legend>
          <Fields form={form} change={draft.change} names={names} faults={faults} may={may} />
        </fieldset>
        {may ? (
          <SaveBar
            draft={draft}
            saving={saving}
            unfit={!isFit(form)}
            called={(path) => called(path, form, names)}
            said={faults.said}
          />
        ) : null}
      </form>
    </>
  );
}

/** What the reader calls the row that a problem is about. */
function called(path: string, form: Form, names: Names): string | undefined {
  const [, list, place = ""] = path.split("/");
  if (list === "prices") return names.channel(form.prices[Number(place)]?.channel ?? "");
  if (list === "ceilings") return form.ceilings[Number(place)]?.name;
  if (list === "balances") return form.balances[Number(place)]?.account;
  return list === "rates" ? place : form.currency;
}

interface FieldsProps {
  form: Form;
  change: (form: Form) => void;
  names: Names;
  faults: ReturnType<typeof useFaults>;
  may: boolean;
}

function Fields({ form, change, names, faults, may }: FieldsProps) {
  const { t } = useTranslation("settings");
  const set = (part: Partial<Form>) => change({ ...form, ...part });
  const up = (at: number) => {
    const [above, it] = form.prices.slice(at - 1, at + 1);
    if (above && it) set({ prices: form.prices.with(at - 1, it).with(at, above) });
  };
  const again = twice(form.ceilings.map((one) => one.name));
  const part = (list: keyof typeof BLANK) => ({
    title: t(`budget.list.${list}`),
    help: t(`budget.help.${list}`),
    add: may ? t(`budget.add.${list}`) : undefined,
  });
  return (
    <>
      <div className={own.currency}>
        <CurrencyField
          label={t("budget.inCurrency")}
          value={form.currency}
          change={(currency) => set({ currency })}
          error={faults.currency(form)}
        />
      </div>
      <Rows
        {...part("prices")}
        rows={form.prices}
        blank={BLANK.prices}
        change={(prices) => set({ prices })}
      >
        {(price, at, put, remove) => (
          <PriceRow
            key={at}
            {...{ price, form, names, remove }}
            at={faults.of("prices", price)}
            up={at && may ? () => up(at) : undefined}
            change={put}
          />
        )}
      </Rows>
      <Rows
        {...part("ceilings")}
        rows={form.ceilings}
        blank={BLANK.ceilings}
        change={(ceilings) => set({ ceilings })}
      >
        {(ceiling, at, put, remove) => (
          <CeilingRow
            key={at}
            {...{ ceiling, names, remove }}
            currency={form.currency}
            twice={again.includes(ceiling.name.trim())}
            at={faults.of("ceilings", ceiling)}
            change={put}
          />
        )}
      </Rows>
      <Rest {...{ form, set, names, faults, part }} />
    </>
  );
}

interface RestProps {
  form: Form;
  set: (part: Partial<Form>) => void;
  names: Names;
  faults: ReturnType<typeof useFaults>;
  part: (list: "rates" | "balances") => { title: string; help: string; add: string | undefined };
}

/** What not every budget needs: other currencies, and what is left on accounts. */
function Rest({ form, set, names, faults, part }: RestProps) {
  const again = twice(form.rates.map((one) => one.currency));
  return (
    <>
      <Rows
        {...part("rates")}
        rows={form.rates}
        blank={BLANK.rates}
        change={(rates) => set({ rates })}
      >
        {(rate, at, put, remove) => (
          <RateRow
            key={at}
            {...{ rate, remove }}
            currency={form.currency}
            twice={again.includes(rate.currency)}
            fault={faults.rate(rate)}
            change={put}
          />
        )}
      </Rows>
      <Rows
        {...part("balances")}
        rows={form.balances}
        blank={BLANK.balances}
        change={(balances) => set({ balances })}
      >
        {(balance, at, put, remove) => (
          <BalanceRow
            key={at}
            {...{ balance, names, remove }}
            at={faults.of("balances", balance)}
            change={put}
          />
        )}
      </Rows>
    </>
  );
}
