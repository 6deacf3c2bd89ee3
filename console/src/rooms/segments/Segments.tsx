// All segments in a table: who belongs to each in words, how many, who uses it; and the way to a new one.
import { Button, SegmentedControl, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { lazily } from "~/api/bring";
import { useMay } from "~/api/me";
import { Asked, type Column, DataTable, Empty, Page, useFmt } from "~/kit";
import { daysQuery, listQuery, type State, type Summary, usesQuery } from "./api";
import classes from "./segments.module.css";

const New = lazily(() => import("./New"));

export default function Segments() {
  const { t } = useTranslation("segments");
  const [state, setState] = useState<State>("active");
  const [making, sheet] = useDisclosure();
  const found = useQuery(listQuery(state));
  const begin = useMay("segments.manage") ? (
    <Button size="sm" leftSection={<IconPlus size={16} aria-hidden />} onClick={sheet.open}>
      {t("new")}
    </Button>
  ) : null;
  const nothing =
    state === "active" ? (
      <Empty title={t("none")} action={begin}>
        {t("noneHelp")}
      </Empty>
    ) : (
      <Empty title={t("noneArchived")} />
    );
  return (
    <Page
      title={t("title")}
      actions={
        <>
          <SegmentedControl
            size="xs"
            aria-label={t("column.state")}
            value={state}
            onChange={(value) => setState(value as State)}
            data={(["active", "archived"] as const).map((one) => ({
              value: one,
              label: t(`state.${one}`),
            }))}
          />
          {begin}
        </>
      }
      below={<Text c="dimmed">{t("about")}</Text>}
    >
      <Asked of={found} empty={nothing}>
        {(rows) => <Table rows={rows} />}
      </Asked>
      {making ? (
        <Suspense>
          <New close={sheet.close} known={found.data?.map((one) => one.key) ?? []} />
        </Suspense>
      ) : null}
    </Page>
  );
}

function Table({ rows }: { rows: Summary[] }) {
  const { t } = useTranslation("segments");
  const fmt = useFmt();
  const columns: Column<Summary>[] = [
    {
      key: "name",
      head: t("column.name"),
      sortBy: (one) => one.name,
      cell: (one) => (
        <Link to={`/segments/${one.key}` as string} dir="auto" className={classes.name}>
          {one.name}
        </Link>
      ),
    },
    {
      key: "sentence",
      head: t("column.sentence"),
      wide: true,
      width: "42%",
      cell: (one) => (
        <span className={classes.said} dir="auto">
          {one.sentence || t("listSays")}
        </span>
      ),
    },
    {
      key: "size",
      head: t("column.size"),
      align: "right",
      cell: (one) => <Size segment={one.key} />,
    },
    {
      key: "sort",
      head: t("column.sort"),
      wide: true,
      sortBy: (one) => one.sort,
      cell: (one) => t(one.sort === "list" ? "sort.list" : "sort.tree"),
    },
    {
      key: "uses",
      head: t("column.uses"),
      align: "right",
      wide: true,
      cell: (one) => <Uses segment={one.key} />,
    },
    {
      key: "changed",
      head: t("column.changed"),
      align: "right",
      wide: true,
      sortBy: (one) => one.changed_at,
      cell: (one) => fmt.dateTime(one.changed_at),
    },
  ];
  return (
    <DataTable
      label={t("title")}
      rows={rows}
      columns={columns}
      rowKey={(one) => one.key}
      sorted="-changed"
      rowHeight={56}
    />
  );
}

// The list does not carry these two; each row that is drawn asks for its own.
function Size({ segment }: { segment: string }) {
  const fmt = useFmt();
  const days = useQuery(daysQuery(segment, 1));
  const last = days.data?.at(-1);
  return <span className="k-num">{last ? fmt.number(last.members) : "–"}</span>;
}

function Uses({ segment }: { segment: string }) {
  const fmt = useFmt();
  const uses = useQuery(usesQuery(segment));
  return <span className="k-num">{uses.data ? fmt.number(uses.data.length) : "–"}</span>;
}
