// The tables of the system: its parts with their versions, and what waits.
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Column, DataTable, useFmt } from "~/kit";
import { State } from "../State";
import type { Machinery, Queue } from "./api";

const UNITS = [
  ["gb", 1e9],
  ["mb", 1e6],
  ["kb", 1e3],
] as const;

/** Bytes as people say them. */
export function useSize(): (bytes: number) => string {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  return (bytes) => {
    const [unit, each] = UNITS.find(([, one]) => bytes >= one) ?? UNITS[2];
    return t(`system.bytes.${unit}`, { n: fmt.number(bytes / each, bytes / each < 10 ? 1 : 0) });
  };
}

interface Part {
  key: "kervan" | "python" | "postgres" | "clickhouse";
  version: string;
  bytes: number | null;
}

export function Parts({ all }: { all: Machinery }) {
  const { t } = useTranslation("settings");
  const size = useSize();
  const rows: Part[] = [
    { key: "kervan", version: all.kervan, bytes: null },
    ...all.engines.map((one) => ({ ...one, key: one.key as Part["key"] })),
    { key: "python", version: all.python, bytes: null },
  ];
  const columns: Column<Part>[] = [
    { key: "part", head: t("system.part"), cell: (one) => t(`system.parts.${one.key}`) },
    { key: "version", head: t("system.version"), cell: (one) => one.version || t("system.nothing") },
    {
      key: "holds",
      head: t("system.holds"),
      cell: (one) => (one.bytes === null ? t("system.nothing") : size(one.bytes)),
      align: "right",
    },
    {
      key: "state",
      head: t("state"),
      cell: (one) =>
        one.version ? (
          <State mood="good" word={t(one.bytes === null ? "system.runs" : "system.answers")} />
        ) : (
          <State mood="bad" word={t("system.silent")} />
        ),
    },
  ];
  return (
    <DataTable label={t("system.engines")} rows={rows} columns={columns} rowKey={(one) => one.key} />
  );
}

export function Queues({ queues, now }: { queues: Queue[]; now: string }) {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  const columns = useMemo<Column<Queue>[]>(() => {
    const names: Record<string, string> = t("system.queueNames", { returnObjects: true });
    return [
      { key: "queue", head: t("system.queue"), cell: (one) => names[one.key] ?? one.key },
      {
        key: "waiting",
        head: t("system.waiting"),
        cell: (one) => fmt.number(one.waiting),
        sortBy: (one) => one.waiting,
        align: "right",
      },
      {
        key: "since",
        head: t("system.oldest"),
        cell: (one) => (one.since ? fmt.relative(one.since, now) : t("system.nothing")),
        wide: true,
      },
      {
        key: "state",
        head: t("state"),
        cell: (one) =>
          one.ok ? (
            <State
              mood={one.waiting ? "good" : "quiet"}
              word={t(one.waiting ? "system.fine" : "system.empty")}
            />
          ) : (
            <State mood="bad" word={t("system.bad")} />
          ),
      },
    ];
  }, [t, fmt, now]);
  return (
    <DataTable
      label={t("system.queues")}
      rows={queues}
      columns={columns}
      rowKey={(one) => one.key}
    />
  );
}
