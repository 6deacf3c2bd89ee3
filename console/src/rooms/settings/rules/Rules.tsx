// The policy: caps, gaps and quiet hours as a form, with every version there was.
import { Button, Text, Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { Asked, type Column, DataTable, UnsavedGuard, useDraft, useFmt } from "~/kit";
import { Bar } from "../Bar";
import { SaveBar } from "../SaveBar";
import classes from "../settings.module.css";
import { useSaving } from "../useSaving";
import { BLANK, type Kind, KINDS, type Past, type Policy, policyQuery, type Rule, save, tidy } from "./api";
import { RuleRow } from "./RuleRow";

export default function Rules() {
  const { t } = useTranslation("settings");
  const known = useQuery(policyQuery);
  return (
    <>
      <Bar about={t("about.rules")} />
      <Asked of={known} isEmpty={() => false}>
        {(versions) => <Form versions={versions} />}
      </Asked>
    </>
  );
}

function Form({ versions }: { versions: Past[] }) {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  const queries = useQueryClient();
  const may = useMay("company.manage");
  const latest = versions[0];
  const inForce = latest && !latest.until ? latest : undefined;
  const number = latest?.version ?? 0;
  const [waits, setWaits] = useState(false);
  const draft = useDraft<Policy>("policy", (inForce?.policy ?? {}) as Policy, String(number));
  const now = draft.value;
  const saving = useSaving(draft, String(number), {
    fresh: async () => {
      const all = await queries.fetchQuery({ ...policyQuery, staleTime: 0 });
      return String(all[0]?.version ?? 0);
    },
    save: async (policy) => {
      const all = await queries.fetchQuery({ ...policyQuery, staleTime: 0 });
      const done = await save(tidy(policy), all[0]?.version ?? 0);
      setWaits(done.waits);
    },
    refresh: () => queries.invalidateQueries({ queryKey: ["policy"] }),
  });
  const change = (kind: Kind, rules: Rule[]) => draft.change({ ...now, [kind]: rules });
  const names = KINDS.flatMap((kind) => now[kind] ?? []).map((one) => one.name.trim());
  const twice = names.filter((one, at) => one && names.indexOf(one) !== at);
  const named = names.every(Boolean) && !twice.length;
  const called = (path: string) => {
    const [, kind = "", at = ""] = path.split("/");
    return now[kind as Kind]?.[Number(at)]?.name;
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void saving.go();
      }}
    >
      <Text mb="sm">
        {inForce
          ? t("rules.inForce", { version: inForce.version, at: fmt.dateTime(inForce.since) })
          : t("rules.none")}
      </Text>
      <UnsavedGuard draft={draft} />
      <fieldset className={classes.fields} disabled={!may || saving.busy}>
        <legend className="k-hidden">{t("tab.rules")}</legend>
        {KINDS.map((kind) => (
          <Part
            key={kind}
            kind={kind}
            rules={now[kind] ?? []}
            twice={twice}
            may={may}
            change={(rules) => change(kind, rules)}
          />
        ))}
      </fieldset>
      {waits && saving.done ? <Text role="status">{t("rules.waits")}</Text> : null}
      {may ? <SaveBar draft={draft} saving={saving} unfit={!named} called={called} /> : null}
      <Versions versions={versions} {...(may ? { take: draft.change } : {})} />
    </form>
  );
}

interface PartProps {
  kind: Kind;
  rules: Rule[];
  /** Names that more than one rule has. */
  twice: string[];
  may: boolean;
  change: (rules: Rule[]) => void;
}

function Part({ kind, rules, twice, may, change }: PartProps) {
  const { t } = useTranslation("settings");
  return (
    <section aria-label={t(`rules.${kind}`)} className={classes.rules}>
      <Title order={2} fz="lg">
        {t(`rules.${kind}`)}
      </Title>
      <Text c="dimmed">{t(`rules.${kind}Help`)}</Text>
      {rules.length ? (
        <ul className={classes.plain}>
          {rules.map((rule, at) => (
            <RuleRow
              key={at}
              kind={kind}
              rule={rule}
              twice={twice.includes(rule.name.trim())}
              change={(next) => change(rules.map((one, i) => (i === at ? next : one)))}
              remove={() => change(rules.filter((_, i) => i !== at))}
            />
          ))}
        </ul>
      ) : null}
      {may ? (
        <Button
          size="xs"
          variant="default"
          mt="xs"
          onClick={() => change([...rules, { ...BLANK[kind] }])}
        >
          {t(`rules.add.${kind}`)}
        </Button>
      ) : null}
    </section>
  );
}

interface VersionsProps {
  versions: Past[];
  take?: (policy: Policy) => void;
}

function Versions({ versions, take }: VersionsProps) {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  const columns = useMemo<Column<Past>[]>(() => {
    const names = (one: Past) =>
      KINDS.flatMap((kind) => (one.policy as Policy)[kind] ?? []).map((rule) => rule.name);
    const back: Column<Past> = {
      key: "take",
      head: t("keys.deed"),
      cell: (one) => (
        <Button
          size="xs"
          variant="default"
          aria-label={t("rules.takeOne", { version: one.version })}
          onClick={() => take?.(one.policy as Policy)}
        >
          {t("rules.take")}
        </Button>
      ),
    };
    return [
      { key: "version", head: t("rules.version"), cell: (one) => fmt.number(one.version) },
      { key: "since", head: t("rules.since"), cell: (one) => fmt.dateTime(one.since) },
      { key: "holds", head: t("rules.holds"), cell: (one) => fmt.list(names(one)), wide: true },
      ...(take ? [back] : []),
    ];
  }, [t, fmt, take]);
  if (!versions.length) return null;
  return (
    <div className={classes.part}>
      <Title order={2} fz="lg" mb="xs">
        {t("rules.versions")}
      </Title>
      <DataTable
        label={t("rules.versions")}
        rows={versions}
        columns={columns}
        rowKey={(one) => String(one.version)}
      />
    </div>
  );
}
