// How much may be spent, on what, in which time, and what becomes of a message that would pass it.
import { NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { BLOCKED } from "../rules/api";
import classes from "../settings.module.css";
import { AmountField } from "./AmountField";
import own from "./budget.module.css";
import type { At } from "./faults";
import { Narrow } from "./Narrow";
import { RowEnd } from "./RowEnd";
import { Several } from "./Several";
import { type Ceiling, CLASSES, PERS, waitsForEver } from "./shape";
import type { Names } from "./useNames";

interface Props {
  ceiling: Ceiling;
  currency: string;
  /** Another ceiling has its name. */
  twice: boolean;
  names: Names;
  at: At;
  change: (ceiling: Ceiling) => void;
  remove: () => void;
}

const LONGEST_NAME = 100;

export function CeilingRow({ ceiling, currency, twice, names, at, change, remove }: Props) {
  const { t } = useTranslation("settings");
  const set = (part: Partial<Ceiling>) => change({ ...ceiling, ...part });
  const endless = waitsForEver(ceiling);
  // A wait for ever is offered to nobody; who has it, sees it and what is wrong with it.
  const blocked = BLOCKED.filter(
    (one) => one !== "hold" || ceiling.per !== "campaign" || endless,
  );
  return (
    <li className={own.row}>
      <TextInput
        label={t("rules.name")}
        value={ceiling.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
        error={twice ? t("budget.nameTwice") : at("name")}
        required
        maxLength={LONGEST_NAME}
        className={classes.wideField}
      />
      <AmountField
        label={t("budget.most", { currency })}
        value={ceiling.most}
        change={(value) => set({ most: value })}
        error={at("most")}
      />
      <NativeSelect
        label={t("budget.per")}
        value={ceiling.per}
        onChange={(event) => set({ per: event.currentTarget.value })}
        data={PERS.map((value) => ({ value, label: t(`budget.pers.${value}`) }))}
        error={at("per")}
      />
      <NativeSelect
        label={t("budget.blocked")}
        value={ceiling.blocked}
        onChange={(event) => set({ blocked: event.currentTarget.value })}
        data={blocked.map((value) => ({ value, label: t(`rules.blockeds.${value}`) }))}
        error={endless ? t("budget.faults.holds_for_ever") : at("blocked")}
        className={classes.wideField}
      />
      <NumberInput
        label={t("budget.warn")}
        value={ceiling.warn_percent}
        onChange={(value) => set({ warn_percent: Number(value) })}
        min={1}
        max={100}
        allowDecimal={false}
        hideControls
        required
        error={at("warn_percent")}
      />
      <CeilingOf ceiling={ceiling} set={set} names={names} at={at} />
      <RowEnd name={ceiling.name} fault={at()} remove={remove} />
    </li>
  );
}

interface OfProps {
  ceiling: Ceiling;
  set: (part: Partial<Ceiling>) => void;
  names: Names;
  at: At;
}

/** Which messages it counts. */
function CeilingOf({ ceiling, set, names, at }: OfProps) {
  const { t } = useTranslation("settings");
  const { channels, accounts, brands, campaigns, classes: kinds } = ceiling;
  const usual = kinds.length === 1 && kinds[0] === CLASSES[0];
  const used = !usual || [channels, accounts, brands, campaigns].some((one) => one.length);
  const lists = [
    ["channels", t("rules.channels"), t("rules.allChannels"), names.channels(...channels)],
    ["classes", t("budget.kinds"), t("budget.allKinds"), names.classes],
    ["campaigns", t("budget.campaigns"), t("budget.all"), names.campaigns(...campaigns)],
    ["accounts", t("budget.accounts"), t("budget.all"), names.accounts("", ...accounts)],
    ["brands", t("rules.brands"), t("rules.allBrands"), names.brands(...brands)],
  ] as const;
  return (
    <Narrow of={ceiling.name} used={used}>
      {lists.map(([field, label, none, data]) =>
        data.length ? (
          <Several
            key={field}
            label={label}
            none={none}
            value={ceiling[field]}
            change={(value) => set({ [field]: value })}
            data={[...data]}
            error={at(field)}
          />
        ) : null,
      )}
    </Narrow>
  );
}
