// The delivery log: what receivers of segments were told, and what journeys called.
import { Text } from "@mantine/core";
import { type InfiniteData, useInfiniteQuery, type UseInfiniteQueryResult } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Column, DataTable, Failed, useFmt } from "~/kit";
import classes from "../settings.module.css";
import { State } from "../State";
import { type Attempt, attemptsQuery, type Call, callsQuery } from "./api";

export function Attempts() {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  const log = useInfiniteQuery(attemptsQuery);
  const columns = useMemo<Column<Attempt>[]>(() => {
    const people = (one: Attempt) => {
      const said = [
        one.added ? t("webhooks.added", { n: fmt.number(one.added) }) : "",
        one.removed ? t("webhooks.removed", { n: fmt.number(one.removed) }) : "",
      ].filter(Boolean);
      return said.length ? fmt.list(said) : t("webhooks.nobody");
    };
    return [
      { key: "at", head: t("webhooks.at"), cell: (one) => fmt.dateTime(one.at) },
      {
        key: "segment",
        head: t("webhooks.segment"),
        cell: (one) => (
          <Link to={`/segments/${one.segment}`} title={one.url}>
            {one.name}
          </Link>
        ),
      },
      { key: "people", head: t("webhooks.people"), cell: people, wide: true, width: "120px" },
      {
        key: "batch",
        head: t("webhooks.batch"),
        cell: (one) => <bdi title={one.batch}>{fmt.number(one.sequence)}</bdi>,
        align: "right",
        wide: true,
      },
      {
        key: "attempt",
        head: t("webhooks.attempt"),
        cell: (one) => fmt.number(one.attempt),
        align: "right",
        wide: true,
      },
      {
        key: "took",
        head: t("webhooks.took"),
        cell: (one) => t("webhooks.ms", { n: fmt.number(one.took_ms) }),
        align: "right",
        wide: true,
        width: "90px",
      },
      {
        key: "answer",
        head: t("webhooks.answer"),
        cell: (one) => (
          <Outcome
            ok={one.ok}
            word={t(one.ok ? "webhooks.ok" : "webhooks.bad")}
            said={one.ok ? "" : one.said}
            next={one.next_at}
          />
        ),
      },
    ];
  }, [t, fmt]);
  return (
    <Log
      log={log}
      label={t("webhooks.attempts")}
      none={t("webhooks.noAttempts")}
      columns={columns}
    />
  );
}

const TAKEN = ["accepted", "delivered", "handed"];
const UNDER_WAY = ["queued", "sending"];

export function Calls() {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  const log = useInfiniteQuery(callsQuery);
  const columns = useMemo<Column<Call>[]>(() => {
    const words: Record<string, string> = t("webhooks.callStates", { returnObjects: true });
    return [
      {
        key: "at",
        head: t("webhooks.at"),
        cell: (one) => fmt.dateTime(one.handed_at ?? one.intended_at),
      },
      {
        key: "journey",
        head: t("webhooks.journey"),
        cell: (one) => (
          <>
            <Link to={`/journeys/${one.journey}`}>{one.journey}</Link>
            <Text size="sm" c="dimmed">
              <bdi>{one.step}</bdi>
            </Text>
          </>
        ),
      },
      {
        key: "tries",
        head: t("webhooks.tries"),
        cell: (one) => fmt.number(one.attempts),
        align: "right",
        wide: true,
      },
      {
        key: "id",
        head: t("webhooks.id"),
        cell: (one) => <bdi className={classes.raw}>{one.id}</bdi>,
        wide: true,
      },
      {
        key: "answer",
        head: t("webhooks.state"),
        cell: (one) => (
          <Outcome
            ok={UNDER_WAY.includes(one.state) ? undefined : TAKEN.includes(one.state)}
            word={words[one.state] ?? one.state}
            said={one.said}
            next={one.next_at}
          />
        ),
      },
    ];
  }, [t, fmt]);
  return (
    <Log log={log} label={t("webhooks.calls")} none={t("webhooks.noCalls")} columns={columns} />
  );
}

interface OutcomeProps {
  /** Undefined while it is under way. */
  ok: boolean | undefined;
  word: string;
  said: string;
  next: string | null;
}

function Outcome({ ok, word, said, next }: OutcomeProps) {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  const more = [said, next ? t("webhooks.next", { at: fmt.dateTime(next) }) : ""].filter(Boolean);
  return (
    <>
      <State mood={ok === undefined ? "quiet" : ok ? "good" : "bad"} word={word} />
      {more.length ? (
        <Text size="sm" c="dimmed">
          {more.join(" ")}
        </Text>
      ) : null}
    </>
  );
}

interface LogProps<Row> {
  log: UseInfiniteQueryResult<InfiniteData<Row[]>>;
  label: string;
  none: string;
  columns: Column<Row>[];
}

function Log<Row extends { id: string | number }>({ log, label, none, columns }: LogProps<Row>) {
  if (log.isError && !log.data) {
    return <Failed error={log.error} again={() => void log.refetch()} />;
  }
  if (!log.data) return <div aria-busy="true" />;
  const rows = log.data.pages.flat();
  if (!rows.length) return <Text c="dimmed">{none}</Text>;
  return (
    <DataTable
      label={label}
      rows={rows}
      columns={columns}
      rowKey={(one) => String(one.id)}
      more={() => {
        if (log.hasNextPage && !log.isFetchingNextPage) void log.fetchNextPage();
      }}
    />
  );
}
