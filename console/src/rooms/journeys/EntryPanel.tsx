// What lets people in, what ends a stay, the goal and the limits: their forms, and the numbers.
import { ActionIcon, Anchor, Group, Stack, Text, Title } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Asked, useFmt } from "~/kit";
import { type Drawn, type Field, headQuery, type VersionNumbers } from "./api";
import type { Behind } from "./Behind";
import classes from "./journeys.module.css";
import { useSettingWord, useWayWord } from "./kinds";
import { HEAD, type Path, type Placed, put, read } from "./places";
import { Reentry } from "./Reentry";
import { Setting } from "./Setting";
import { Trigger } from "./Trigger";
import { usePanel } from "./usePanel";

interface Props {
  head: Drawn["head"];
  version: VersionNumbers | undefined;
  open: (behind: Behind) => void;
  text: string;
  faults: Placed[];
  close: () => void;
  /** Not given where the text may not be changed. */
  change?: (text: string, of?: string) => void;
}

/** Where a setting of the head stands in the panel; what is new in the schema comes last. */
const PARTS = {
  entry: ["trigger", "reentry", "per"],
  exits: ["exit_on", "exit_when"],
  goal: ["goal"],
  caps: ["limit", "hold_out", "starts", "ends", "zone", "priority", "keep"],
} as const;
type Part = keyof typeof PARTS;

export function EntryPanel({ head, version, open, text, faults, close, change }: Props) {
  const { t } = useTranslation("journeys");
  const setting = useSettingWord();
  const fields = useQuery({ ...headQuery, enabled: change !== undefined });
  const panel = usePanel(close);
  return (
    <aside className={`k-card ${classes.panel}`} aria-label={t("panel.entry")} {...panel.props}>
      <Stack gap="md">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Title order={2} fz="lg" tabIndex={-1} ref={panel.title}>
            {t("panel.entry")}
          </Title>
          <ActionIcon variant="subtle" color="gray" aria-label={t("close")} onClick={close}>
            <IconX size={16} aria-hidden />
          </ActionIcon>
        </Group>
        {version ? <Numbers version={version} open={open} /> : null}
        {change ? (
          <Asked of={fields}>
            {(known) => <Forms fields={known} text={text} faults={faults} change={change} />}
          </Asked>
        ) : (
          <dl className={classes.settings}>
            {head.map((one, at) => (
              <div key={at}>
                <dt>{setting(one.setting)}</dt>
                <dd dir="auto">{one.says}</dd>
              </div>
            ))}
          </dl>
        )}
      </Stack>
    </aside>
  );
}

interface FormsProps {
  fields: Field[];
  text: string;
  faults: Placed[];
  change: (text: string, of?: string) => void;
}

function Forms({ fields, text, faults, change }: FormsProps) {
  const { t } = useTranslation("journeys");
  const said = useMemo(() => read(text), [text]);
  const write = (path: Path, value: unknown) => change(put(text, path, value), path.join("."));
  const named: string[] = Object.values(PARTS).flat();
  const partOf = (name: string) =>
    (Object.keys(PARTS) as Part[]).find((part) => (PARTS[part] as readonly string[]).includes(name));
  const order = (one: Field) => named.indexOf(one.name);
  return (Object.keys(PARTS) as Part[]).map((part) => (
    <section key={part} className={classes.part} aria-label={t(`part.${part}`)}>
      <Title order={3} fz="sm">
        {t(`part.${part}`)}
      </Title>
      <Text size="sm" c="dimmed" mb={4}>
        {t(`part.${part}Help`)}
      </Text>
      <Stack gap={8}>
        {fields
          .filter((one) => (partOf(one.name) ?? "caps") === part)
          .sort((a, b) => order(a) - order(b))
          .map((one) => {
            const Shown = one.form === "one" ? Trigger : one.name === "reentry" ? Reentry : Setting;
            return (
              <Shown
                key={one.name}
                field={one}
                path={[...HEAD, one.name]}
                value={said[one.name]}
                faults={faults}
                put={write}
              />
            );
          })}
      </Stack>
    </section>
  ));
}

function Numbers({ version, open }: { version: VersionNumbers; open: (behind: Behind) => void }) {
  const { t } = useTranslation("journeys");
  const fmt = useFmt();
  const way = useWayWord();
  const rows: [string, number, Behind][] = [
    [t("figure.entered"), version.entered, { figure: "entered" }],
    [t("figure.waiting"), version.inside, { figure: "waiting" }],
    [t("figure.goals"), version.goals, { figure: "goals" }],
    ...Object.entries(version.refused).map(([reason, count]): [string, number, Behind] => [
      t("count.refused", { reason: way(reason) }), count, { figure: "refused", reason },
    ]),
  ]; // prettier-ignore
  return (
    <table className={classes.figures}>
      <caption className="k-hidden">{t("panel.numbers")}</caption>
      <tbody>
        {rows.map(([word, count, behind]) => (
          <tr key={word}>
            <th scope="row">{word}</th>
            <td>
              {count ? (
                <Anchor component="button" type="button" fz="inherit" onClick={() => open(behind)}>
                  {fmt.number(count)}
                </Anchor>
              ) : (
                fmt.number(count)
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
