// What lets people in and what ends a stay, in words, with the numbers of entering.
import { Anchor, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFmt } from "~/kit";
import type { Drawn, VersionNumbers } from "./api";
import type { Behind } from "./Behind";
import classes from "./journeys.module.css";
import { useSettingWord, useWayWord } from "./kinds";

interface Props {
  head: Drawn["head"];
  version: VersionNumbers | undefined;
  open: (behind: Behind) => void;
}

export function EntryPanel({ head, version, open }: Props) {
  const { t } = useTranslation("journeys");
  const fmt = useFmt();
  const setting = useSettingWord();
  const way = useWayWord();
  const rows: [string, number, Behind][] = version
    ? [
        [t("figure.entered"), version.entered, { figure: "entered" }],
        [t("figure.waiting"), version.inside, { figure: "waiting" }],
        [t("figure.goals"), version.goals, { figure: "goals" }],
        ...Object.entries(version.refused).map(([reason, count]): [string, number, Behind] => [
          t("count.refused", { reason: way(reason) }), count, { figure: "refused", reason },
        ]),
      ]
    : []; // prettier-ignore
  return (
    <aside className={`k-card ${classes.panel}`} aria-label={t("panel.entry")}>
      <Stack gap="sm">
        <Title order={2} fz="lg">
          {t("panel.entry")}
        </Title>
        <dl className={classes.settings}>
          {head.map((one, at) => (
            <div key={at}>
              <dt>{setting(one.setting)}</dt>
              <dd dir="auto">{one.says}</dd>
            </div>
          ))}
        </dl>
        {rows.length ? (
          <table className={classes.figures}>
            <caption className="k-hidden">{t("panel.numbers")}</caption>
            <tbody>
              {rows.map(([word, count, behind]) => (
                <tr key={word}>
                  <th scope="row">{word}</th>
                  <td>
                    {count ? (
                      <Anchor
                        component="button"
                        type="button"
                        fz="inherit"
                        onClick={() => open(behind)}
                      >
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
        ) : null}
        <Text size="sm" c="dimmed">
          {t("panel.entryHelp")}
        </Text>
      </Stack>
    </aside>
  );
}
