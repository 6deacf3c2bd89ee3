// One rule as a row of fields; which ones depends on its kind.
import { Button, Group, MultiSelect, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import classes from "../settings.module.css";
import {
  BLOCKED, brandsQuery, CHANNELS, COUNTRIES, DAYS, type Kind, type Rule, topicsQuery, UNITS,
} from "./api"; // prettier-ignore

interface Props {
  kind: Kind;
  rule: Rule;
  /** Another rule has its name. */
  twice: boolean;
  change: (rule: Rule) => void;
  remove: () => void;
}

export function RuleRow({ kind, rule, twice, change, remove }: Props) {
  const { t } = useTranslation("settings");
  const set = (part: Partial<Rule>) => change({ ...rule, ...part });
  const channels: Record<string, string> = t("channels.kinds", { returnObjects: true });
  const known = [...new Set<string>([...CHANNELS, ...(rule.channels ?? [])])];
  return (
    <li className={classes.rule}>
      <TextInput
        label={t("rules.name")}
        value={rule.name}
        error={twice ? t("rules.nameTwice") : undefined}
        onChange={(event) => set({ name: event.currentTarget.value })}
        required
        maxLength={100}
        className={classes.wideField}
      />
      {kind === "caps" ? <CapFields rule={rule} set={set} /> : null}
      {kind === "gaps" ? (
        <NumberInput
          label={t("rules.minutes")}
          value={rule.minutes ?? ""}
          onChange={(value) => set({ minutes: Number(value) })}
          min={1}
          max={43_200}
          allowDecimal={false}
          required
          hideControls
        />
      ) : null}
      {kind === "quiet" ? <QuietFields rule={rule} set={set} /> : null}
      <MultiSelect
        label={t("rules.channels")}
        description={t("rules.allChannels")}
        value={rule.channels ?? []}
        onChange={(value) => set({ channels: value })}
        data={known.map((value) => ({ value, label: channels[value] ?? value }))}
        className={classes.wideField}
      />
      <Narrow rule={rule} set={set} />
      <NativeSelect
        label={t("rules.blocked")}
        value={rule.blocked ?? (kind === "quiet" ? "hold" : "skip")}
        onChange={(event) => set({ blocked: event.currentTarget.value })}
        data={BLOCKED.map((value) => ({ value, label: t(`rules.blockeds.${value}`) }))}
        className={classes.wideField}
      />
      <NumberInput
        label={t("rules.passes")}
        description={t("rules.passesHelp")}
        value={rule.passes_from_priority ?? ""}
        onChange={(value) => set({ passes_from_priority: value === "" ? null : Number(value) })}
        min={0}
        max={9}
        allowDecimal={false}
        hideControls
        className={classes.wideField}
      />
      <Group justify="flex-end" className={classes.ruleEnd}>
        <Button
          size="xs"
          variant="default"
          aria-label={t("rules.removeOne", { name: rule.name })}
          onClick={remove}
        >
          {t("rules.remove")}
        </Button>
      </Group>
    </li>
  );
}

interface FieldsProps {
  rule: Rule;
  set: (part: Partial<Rule>) => void;
}

/** Of which topics and brands messages are; none chosen are all of them. */
function Narrow({ rule, set }: FieldsProps) {
  const { t, i18n } = useTranslation("settings");
  const may = useMay("consent.read");
  const topics = useQuery({ ...topicsQuery, enabled: may });
  const brands = useQuery(brandsQuery);
  const words = new Map((topics.data ?? []).map((one) => [one.key, one.names[i18n.language] ?? one.key]));
  const keys = [...new Set([...words.keys(), ...(rule.topics ?? [])])];
  const names = [...new Set([...(brands.data ?? []), ...(rule.brands ?? [])])];
  return (
    <>
      <MultiSelect
        label={t("rules.topics")}
        description={t("rules.allTopics")}
        value={rule.topics ?? []}
        onChange={(value) => set({ topics: value })}
        data={keys.map((value) => ({ value, label: words.get(value) ?? value }))}
        className={classes.wideField}
      />
      {names.length ? (
        <MultiSelect
          label={t("rules.brands")}
          description={t("rules.allBrands")}
          value={rule.brands ?? []}
          onChange={(value) => set({ brands: value })}
          data={names}
          className={classes.wideField}
        />
      ) : null}
    </>
  );
}

function CapFields({ rule, set }: FieldsProps) {
  const { t } = useTranslation("settings");
  return (
    <>
      <NumberInput
        label={t("rules.most")}
        value={rule.most ?? ""}
        onChange={(value) => set({ most: Number(value) })}
        min={0}
        max={10_000}
        allowDecimal={false}
        required
        hideControls
      />
      <NativeSelect
        label={t("rules.per")}
        value={rule.per ?? "day"}
        onChange={(event) => set({ per: event.currentTarget.value })}
        data={UNITS.map((value) => ({ value, label: t(`rules.units.${value}`) }))}
      />
      <NativeSelect
        label={t("rules.window")}
        value={rule.window ?? "calendar"}
        onChange={(event) => set({ window: event.currentTarget.value })}
        data={(["calendar", "rolling"] as const).map((value) => ({
          value,
          label: t(`rules.windows.${value}`),
        }))}
      />
    </>
  );
}

function QuietFields({ rule, set }: FieldsProps) {
  const { t } = useTranslation("settings");
  const known = [...new Set<string>([...COUNTRIES, ...(rule.holidays ? [rule.holidays] : [])])];
  const countries: Record<string, string> = t("rules.countries", { returnObjects: true });
  return (
    <>
      {(["from", "until"] as const).map((edge) => (
        // A browser's own clock field speaks the browser's language, and knows no 24:00.
        <TextInput
          key={edge}
          label={t(`rules.${edge}`)}
          description={t("rules.clock")}
          value={rule[edge] ?? ""}
          onChange={(event) => set({ [edge]: event.currentTarget.value.trim() })}
          pattern="([01][0-9]|2[0-3]):[0-5][0-9]|24:00"
          inputMode="numeric"
          maxLength={5}
          autoComplete="off"
        />
      ))}
      <MultiSelect
        label={t("rules.days")}
        description={t("rules.everyDay")}
        value={rule.days ?? []}
        onChange={(value) => set({ days: DAYS.filter((one) => value.includes(one)) })}
        data={DAYS.map((value) => ({ value, label: t(`rules.weekdays.${value}`) }))}
      />
      <NativeSelect
        label={t("rules.holidays")}
        value={rule.holidays ?? ""}
        onChange={(event) => set({ holidays: event.currentTarget.value })}
        data={[
          { value: "", label: t("rules.noHolidays") },
          ...known.map((value) => ({ value, label: countries[value] ?? value })),
        ]}
      />
    </>
  );
}
