// The system: what needs somebody first, then the engines, the queues, the disk and the doctor.
import { Button, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Asked, useFmt } from "~/kit";
import { Bar } from "../Bar";
import { Part } from "../Part";
import classes from "../settings.module.css";
import { State } from "../State";
import { type Found, type Machinery, systemQuery } from "./api";
import { Parts, Queues, useSize } from "./Tables";

export default function System() {
  const { t } = useTranslation("settings");
  const known = useQuery(systemQuery);
  return (
    <>
      <Bar about={t("about.system")}>
        <Button
          size="sm"
          variant="default"
          loading={known.isFetching && known.data !== undefined}
          onClick={() => void known.refetch()}
        >
          {t("system.again")}
        </Button>
      </Bar>
      <Asked of={known}>{(all) => <All all={all} />}</Asked>
    </>
  );
}

function All({ all }: { all: Machinery }) {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  const size = useSize();
  const ill = all.found.filter((one) => !one.ok);
  return (
    <>
      <Group gap="sm" role="status">
        <State
          mood={ill.length ? "bad" : "good"}
          word={ill.length ? t("system.ill", { count: ill.length }) : t("system.well")}
        />
        <Text c="dimmed">{t("system.at", { at: fmt.dateTime(all.checked_at) })}</Text>
      </Group>
      {ill.length ? (
        <Part title={t("system.todo")}>
          <Sentences found={ill} />
        </Part>
      ) : null}
      <Part title={t("system.queues")}>
        <Queues queues={all.queues} now={all.checked_at} />
      </Part>
      <Part title={t("system.engines")}>
        <Parts all={all} />
      </Part>
      <Part title={t("system.disk")}>
        <Text className={classes.wrap}>
          {t("system.free", {
            free: size(all.disk.free),
            total: size(all.disk.total),
            path: all.disk.path,
          })}
        </Text>
        <Text>
          {t("system.processes", {
            web: fmt.number(all.web_processes),
            workers: fmt.number(all.worker_processes),
          })}
        </Text>
      </Part>
      <Part title={t("system.all")}>
        <Sentences found={all.found} />
      </Part>
    </>
  );
}

/** As the server says them: what was found, and what to do about it. */
function Sentences({ found }: { found: Found[] }) {
  const { t } = useTranslation("settings");
  return (
    <ul className={classes.plain}>
      {found.map((one) => (
        <li key={`${one.by} ${one.said}`} className={classes.finding}>
          <State mood={one.ok ? "good" : "bad"} word={t(one.ok ? "system.good" : "system.bad")} />
          <span>{one.said}</span>
        </li>
      ))}
    </ul>
  );
}
