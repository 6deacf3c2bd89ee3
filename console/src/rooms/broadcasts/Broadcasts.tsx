// All broadcasts, the latest first: how each stands right now, and the way to a new one.
import { Badge, Button, Progress as Bar, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { lazily } from "~/api/bring";
import { type Progress, useAtWork } from "~/api/broadcasts";
import { useMay } from "~/api/me";
import { Asked, type Column, DataTable, Empty, Page, useFmt } from "~/kit";
import { type Listed, listQuery, refresh } from "./api";
import classes from "./broadcasts.module.css";
import { onlyHere } from "./drafts";

const New = lazily(() => import("./New"));
const LIVE = ["scheduled", "running", "cancelling"];

interface Row {
  key: string;
  name: string;
  status: string;
  audience: number | null;
  starts: string | null;
  changed: string | null;
  now: Progress | undefined;
}

export default function Broadcasts() {
  const { t } = useTranslation("broadcasts");
  const [making, setMaking] = useState(false);
  const found = useInfiniteQuery(listQuery);
  const kept = found.data?.pages.flatMap((one) => one.broadcasts) ?? [];
  const isLive = kept.some((one) => LIVE.includes(one.status));
  const told = useAtWork(isLive, () => void refresh());
  const mine = useMay("journeys.edit");
  const here = mine ? onlyHere(kept.map((one) => one.key)) : [];
  const rows: Row[] = [
    ...here.map(({ key, name }) => ({
      key, name, status: "unsaved", audience: null, starts: null, changed: null, now: undefined,
    })),
    ...kept.map((one) => rowOf(one, told?.find((other) => other.key === one.key))),
  ]; // prettier-ignore
  const begin = mine ? (
    <Button
      size="sm"
      leftSection={<IconPlus size={16} aria-hidden />}
      onClick={() => setMaking(true)}
    >
      {t("new")}
    </Button>
  ) : null;
  return (
    <Page
      title={t("title")}
      actions={rows.length ? begin : null}
      below={<Text c="dimmed">{t("says")}</Text>}
    >
      <Asked
        of={found}
        isEmpty={() => !rows.length}
        empty={
          <Empty title={t("none")} action={begin}>
            {t("noneHelp")}
          </Empty>
        }
      >
        {() => (
          <Table
            rows={rows}
            more={() => {
              if (found.hasNextPage && !found.isFetching) void found.fetchNextPage();
            }}
          />
        )}
      </Asked>
      <Suspense>
        {making ? (
          <New known={rows.map((one) => one.key)} close={() => setMaking(false)} />
        ) : null}
      </Suspense>
    </Page>
  );
}

function rowOf(one: Listed, now: Progress | undefined): Row {
  const begun = one.status !== "draft" && one.status !== "scheduled";
  return {
    key: one.key,
    name: one.name,
    status: now?.stopped ? "stopped" : (now?.status ?? one.status),
    audience: begun ? one.audience : null,
    starts: one.status === "draft" ? null : one.starts_at,
    changed: one.changed_at,
    now,
  };
}

function Table({ rows, more }: { rows: Row[]; more: () => void }) {
  const { t } = useTranslation("broadcasts");
  const fmt = useFmt();
  const columns: Column<Row>[] = [
    {
      key: "name",
      head: t("column.name"),
      sortBy: (one) => one.name,
      cell: (one) => (
        <Link to={`/broadcasts/${one.key}` as string} dir="auto">
          {one.name}
        </Link>
      ),
    },
    {
      key: "status",
      head: t("column.status"),
      sortBy: (one) => one.status,
      cell: (one) => <State status={one.status} now={one.now} />,
    },
    {
      key: "audience",
      head: t("column.audience"),
      align: "right",
      sortBy: (one) => one.audience,
      cell: (one) => (one.audience === null ? "–" : fmt.number(one.audience)),
    },
    {
      key: "starts",
      head: t("column.starts"),
      align: "right",
      wide: true,
      sortBy: (one) => one.starts,
      cell: (one) => (one.starts ? fmt.dateTime(one.starts) : "–"),
    },
    {
      key: "changed",
      head: t("column.changed"),
      align: "right",
      wide: true,
      sortBy: (one) => one.changed,
      cell: (one) => (one.changed ? fmt.dateTime(one.changed) : "–"),
    },
  ];
  return (
    <DataTable
      label={t("title")}
      rows={rows}
      columns={columns}
      rowKey={(one) => one.key}
      more={more}
    />
  );
}

/** Its state; of one that is on its way how far it has come. */
function State({ status, now }: { status: string; now: Progress | undefined }) {
  const { t } = useTranslation("broadcasts");
  const fmt = useFmt();
  const done = now?.audience ? now.first.final / now.audience : 0;
  return (
    <>
      <Status status={status} />
      {now && status === "running" ? (
        <span className={classes.along}>
          <Bar value={done * 100} size={4} aria-label={t("counts.title")} />
          <span className="k-num">{fmt.percent(done, 0)}</span>
        </span>
      ) : null}
    </>
  );
}

export function Status({ status }: { status: string }) {
  const { t } = useTranslation("broadcasts");
  return (
    <Badge variant="default" size="sm" className={classes[status] ?? ""}>
      {t(`status.${status as "draft"}`)}
    </Badge>
  );
}
