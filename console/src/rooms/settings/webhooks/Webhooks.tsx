// Webhooks: the receivers of segments, the accounts journeys call, and the log of both.
import { Button, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { Asked, type Column, Confirm, DataTable, useFmt } from "~/kit";
import { Bar } from "../Bar";
import { type Account, accountsQuery } from "../channels/api";
import { Part } from "../Part";
import classes from "../settings.module.css";
import { State } from "../State";
import { again, type Receiver, receiversQuery } from "./api";
import { Attempts, Calls } from "./Logs";

export default function Webhooks() {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const look = () => queries.invalidateQueries({ queryKey: ["webhooks"] });
  return (
    <>
      <Bar about={t("about.webhooks")}>
        <Button size="sm" variant="default" onClick={() => void look()}>
          {t("webhooks.again")}
        </Button>
      </Bar>
      <Part title={t("webhooks.receivers")}>
        <Receivers look={look} />
      </Part>
      <Part title={t("webhooks.attempts")} help={t("webhooks.attemptsHelp")}>
        <Attempts />
      </Part>
      <Part title={t("webhooks.accounts")}>
        <Accounts />
      </Part>
      <Part title={t("webhooks.calls")} help={t("webhooks.callsHelp")}>
        <Calls />
      </Part>
    </>
  );
}

function Receivers({ look }: { look: () => Promise<unknown> }) {
  const { t } = useTranslation("settings");
  const known = useQuery(receiversQuery);
  const may = useMay("segments.manage");
  const [asked, ask] = useState<Receiver>();
  const [tried, setTried] = useState(false);
  const columns = useColumns(may ? ask : undefined);
  return (
    <>
      <Asked of={known} empty={<Text c="dimmed">{t("webhooks.noReceivers")}</Text>}>
        {(rows) => (
          <DataTable
            label={t("webhooks.receivers")}
            rows={rows}
            columns={columns}
            rowKey={(one) => one.segment}
            sorted="segment"
          />
        )}
      </Asked>
      <Text role="status" c="dimmed" mt="xs">
        {tried ? t("webhooks.tried") : null}
      </Text>
      <Confirm
        opened={asked !== undefined}
        close={() => ask(undefined)}
        title={t("webhooks.tryOne", { name: asked?.segment })}
        touches={t("webhooks.tryTouches")}
        word={t("webhooks.try")}
        act={async () => {
          if (asked) await again(asked.segment);
          setTried(true);
          await look();
        }}
      />
    </>
  );
}

const MOODS = { active: "good", failing: "bad", stopped: "bad", filling: "quiet", paused: "quiet" } as const;

function useColumns(ask: ((one: Receiver) => void) | undefined): Column<Receiver>[] {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  return useMemo(() => {
    const deed: Column<Receiver> = {
      key: "deed",
      head: t("keys.deed"),
      cell: (one) =>
        one.state === "failing" || one.state === "stopped" ? (
          <Button
            size="xs"
            variant="default"
            aria-label={t("webhooks.tryOne", { name: one.segment })}
            onClick={() => ask?.(one)}
          >
            {t("webhooks.try")}
          </Button>
        ) : null,
    };
    const next = (one: Receiver) =>
      one.next_attempt_at ? t("webhooks.next", { at: fmt.dateTime(one.next_attempt_at) }) : "";
    return [
      {
        key: "segment",
        head: t("webhooks.segment"),
        cell: (one) => <Link to={`/segments/${one.segment}`}>{one.segment}</Link>,
        sortBy: (one) => one.segment,
      },
      {
        key: "url",
        head: t("webhooks.url"),
        cell: (one) => (
          <>
            <bdi className={classes.wrap}>{one.url}</bdi>
            {one.private ? <Text size="sm">{t("webhooks.private")}</Text> : null}
          </>
        ),
        wide: true,
      },
      {
        key: "state",
        head: t("state"),
        cell: (one) => (
          <>
            <State
              mood={MOODS[one.state as keyof typeof MOODS]}
              word={t(`webhooks.states.${one.state as keyof typeof MOODS}`)}
              long
            />
            {one.said ? (
              <Text size="sm" c="dimmed">
                {[one.said, next(one)].filter(Boolean).join(" ")}
              </Text>
            ) : null}
          </>
        ),
      },
      {
        key: "known",
        head: t("webhooks.known"),
        cell: (one) => fmt.number(one.known),
        sortBy: (one) => one.known,
        align: "right",
        wide: true,
      },
      {
        key: "told",
        head: t("webhooks.told"),
        cell: (one) => (one.told_at ? fmt.dateTime(one.told_at) : t("webhooks.never")),
        wide: true,
      },
      ...(ask ? [deed] : []),
    ];
  }, [t, fmt, ask]);
}

function Accounts() {
  const { t } = useTranslation("settings");
  const known = useQuery(accountsQuery);
  const columns = useMemo<Column<Account>[]>(
    () => [
      { key: "name", head: t("webhooks.account"), cell: (one) => <bdi>{one.name}</bdi> },
      {
        key: "url",
        head: t("webhooks.url"),
        cell: (one) => <bdi className={classes.wrap}>{String(one.settings?.url ?? "")}</bdi>,
        wide: true,
      },
      {
        key: "state",
        head: t("state"),
        cell: (one) => (
          <State
            mood={one.problem ? "bad" : one.enabled ? "good" : "quiet"}
            word={one.problem || t(one.enabled ? "channels.on" : "channels.off")}
            long
          />
        ),
      },
    ],
    [t],
  );
  const ours = (all: Account[]) => all.filter((one) => one.channel === "webhook");
  return (
    <>
      <Asked
        of={known}
        isEmpty={(all) => !ours(all).length}
        empty={<Text c="dimmed">{t("webhooks.noAccounts")}</Text>}
      >
        {(all) => (
          <DataTable
            label={t("webhooks.accounts")}
            rows={ours(all)}
            columns={columns}
            rowKey={(one) => one.name}
          />
        )}
      </Asked>
      <Text mt="xs">
        <Link to="/settings/channels">{t("webhooks.toChannels")}</Link>
      </Text>
    </>
  );
}
