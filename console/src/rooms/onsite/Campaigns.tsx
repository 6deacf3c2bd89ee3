// All campaigns on the site: how each stands, where and for whom it is, and what it did so far.
import { Badge, Button, SegmentedControl, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { lazily } from "~/api/bring";
import { useMay } from "~/api/me";
import { Asked, type Column, DataTable, Empty, Page, useFmt } from "~/kit";
import { countsQuery, draftsQuery, type Listed, listQuery, segmentsQuery } from "./api";
import { onlyHere } from "./drafts";
import classes from "./onsite.module.css";
import { type Kind, type State, stateOf, type Wanted } from "./shape";

const New = lazily(() => import("./New"));

interface Row {
  key: string;
  name: string;
  state: State;
  kind: Kind;
  urls: string[];
  audience: string;
  told: { shown: number; clickers: number; converted: number; goal: string } | undefined;
}

export default function Campaigns() {
  const { t } = useTranslation("onsite");
  const [making, setMaking] = useState(false);
  const [archived, setArchived] = useState(false);
  const found = useQuery(listQuery(archived));
  const counts = useQuery(countsQuery(archived));
  const drafts = useQuery(draftsQuery);
  const kept = found.data ?? [];
  const mine = useMay("journeys.edit");
  const begun = (drafts.data ?? []).map((one) => one.campaign as unknown as Wanted);
  const here = mine ? onlyHere([...kept, ...begun].map((one) => one.key)) : [];
  const written = (state: State) => (one: Wanted) => ({
    key: one.key, name: one.name || one.key, state, kind: one.kind,
    urls: one.triggers?.urls ?? [], audience: one.audience ?? "", told: undefined,
  }); // prettier-ignore
  const rows: Row[] = [
    ...(archived ? [] : [...here.map(written("unsaved")), ...begun.map(written("draft"))]),
    ...kept.map((one: Listed) => ({
      key: one.key, name: one.name, state: stateOf(one), kind: one.kind as Kind,
      urls: one.urls, audience: one.audience,
      told: counts.data?.find((other) => other.key === one.key),
    })),
  ]; // prettier-ignore
  const begin = mine ? (
    <Button size="sm" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setMaking(true)}>
      {t("new")}
    </Button>
  ) : null;
  return (
    <Page
      title={t("title")}
      actions={rows.length || archived ? begin : null}
      below={<Text c="dimmed">{t("says")}</Text>}
    >
      <SegmentedControl
        mb="sm"
        aria-label={t("which")}
        value={archived ? "archived" : "here"}
        onChange={(value) => setArchived(value === "archived")}
        data={[
          { value: "here", label: t("here") },
          { value: "archived", label: t("archived") },
        ]}
      />
      <Asked
        of={found}
        isEmpty={() => !rows.length}
        empty={
          archived ? (
            <Empty title={t("noneArchived")} />
          ) : (
            <Empty title={t("none")} action={begin}>
              {t("noneHelp")}
            </Empty>
          )
        }
      >
        {() => <Table rows={rows} />}
      </Asked>
      <Suspense>
        {making ? <New known={rows.map((one) => one.key)} close={() => setMaking(false)} /> : null}
      </Suspense>
    </Page>
  );
}

function Table({ rows }: { rows: Row[] }) {
  const { t } = useTranslation("onsite");
  const fmt = useFmt();
  const segments = useQuery({ ...segmentsQuery, enabled: rows.some((one) => one.audience) });
  const whom = (one: Row) =>
    one.audience
      ? (segments.data?.find((other) => other.key === one.audience)?.name ?? one.audience)
      : t("everybody");
  const number = (value: number | undefined) => (value === undefined ? "–" : fmt.number(value));
  const columns: Column<Row>[] = [
    {
      key: "name",
      head: t("column.name"),
      sortBy: (one) => one.name,
      cell: (one) => (
        <Link to={`/onsite/${one.key}` as string} dir="auto" className={classes.name}>
          {one.name}
        </Link>
      ),
    },
    {
      key: "state",
      head: t("column.state"),
      sortBy: (one) => one.state,
      cell: (one) => <StateBadge state={one.state} />,
    },
    {
      key: "kind",
      head: t("column.kind"),
      wide: true,
      sortBy: (one) => t(`kind.${one.kind}`),
      cell: (one) => t(`kind.${one.kind}`),
    },
    {
      key: "where",
      head: t("column.where"),
      wide: true,
      cell: (one) => (
        <span dir="ltr" className={classes.name}>
          {one.urls.length ? one.urls.slice(0, 3).join(", ") : t("everywhere")}
          {one.urls.length > 3 ? ` +${one.urls.length - 3}` : ""}
        </span>
      ),
    },
    { key: "whom", head: t("column.whom"), wide: true, sortBy: whom, cell: (one) => <span dir="auto">{whom(one)}</span> },
    {
      key: "shown",
      head: t("column.shown"),
      align: "right",
      sortBy: (one) => one.told?.shown ?? null,
      cell: (one) => number(one.told?.shown),
    },
    {
      key: "clicked",
      head: t("column.clicked"),
      align: "right",
      wide: true,
      sortBy: (one) => one.told?.clickers ?? null,
      cell: (one) => number(one.told?.clickers),
    },
    {
      key: "converted",
      head: t("column.converted"),
      align: "right",
      wide: true,
      sortBy: (one) => (one.told?.goal ? one.told.converted : null),
      cell: (one) => number(one.told?.goal ? one.told.converted : undefined),
    },
  ];
  return <DataTable label={t("title")} rows={rows} columns={columns} rowKey={(one) => one.key} />;
}

export function StateBadge({ state }: { state: State }) {
  const { t } = useTranslation("onsite");
  return (
    <Badge variant="default" size="sm" className={`${classes.badge} ${classes[state] ?? ""}`}>
      {t(`state.${state}`)}
    </Badge>
  );
}
