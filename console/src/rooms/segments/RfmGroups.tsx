// The named groups as a table: how many, what they paid, and how many there were a month before.
import { Button, Group, Title } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { type Column, DataTable, useFmt } from "~/kit";
import type { Grid } from "./api";
import { Change } from "./Change";
import type { Chosen } from "./Rfm";
import { useGroupName } from "./RfmTable";
import type { Node } from "./tree";

interface Row {
  group: string;
  name: string;
  tree: Node;
  count: number;
  revenue: number;
  before: number | null;
}

interface Props {
  grid: Grid;
  see: (chosen: Chosen) => void;
  make: (chosen: Chosen) => void;
}

export function RfmGroups({ grid, see, make }: Props) {
  const { t } = useTranslation("segments");
  const fmt = useFmt();
  const may = useMay("segments.manage");
  const called = useGroupName();
  const rows = useMemo(
    () =>
      grid.groups.map((one): Row => {
        const mine = grid.cells.filter((cell) => cell.group === one.group);
        return {
          group: one.group,
          name: called(one.group),
          tree: one.tree as Node,
          count: mine.reduce((sum, cell) => sum + cell.count, 0),
          revenue: mine.reduce((sum, cell) => sum + cell.revenue_minor, 0),
          before: mine.some((cell) => cell.before === null)
            ? null
            : mine.reduce((sum, cell) => sum + (cell.before ?? 0), 0),
        };
      }),
    [grid, called],
  );
  const all = rows.reduce((sum, one) => sum + one.revenue, 0);
  const columns: Column<Row>[] = [
    {
      key: "name",
      head: t("rfm.group"),
      sortBy: (one) => one.name,
      cell: (one) => (
        <Button size="compact-sm" variant="subtle" onClick={() => see(one)}>
          {one.name}
        </Button>
      ),
    },
    {
      key: "count",
      head: t("column.size"),
      align: "right",
      sortBy: (one) => one.count,
      cell: (one) => <span className="k-num">{fmt.number(one.count)}</span>,
    },
    {
      key: "before",
      head: t("rfm.before", { then: fmt.date(grid.then) }),
      align: "right",
      wide: true,
      sortBy: (one) => one.before,
      cell: (one) => (
        <span className="k-num">{one.before === null ? "–" : fmt.number(one.before)}</span>
      ),
    },
    {
      key: "moved",
      head: t("rfm.moved"),
      align: "right",
      sortBy: (one) => (one.before === null ? null : one.count - one.before),
      cell: (one) => <Change by={one.before === null ? null : one.count - one.before} />,
    },
    {
      key: "revenue",
      head: t("rfm.money"),
      align: "right",
      wide: true,
      sortBy: (one) => one.revenue,
      cell: (one) => (
        <span className="k-num">{fmt.money(one.revenue, grid.currency, true)}</span>
      ),
    },
    {
      key: "part",
      head: t("rfm.part"),
      align: "right",
      wide: true,
      cell: (one) => <span className="k-num">{all ? fmt.percent(one.revenue / all) : "–"}</span>,
    },
    ...(may
      ? [
          {
            key: "act",
            head: t("rfm.act"),
            align: "right" as const,
            wide: true,
            cell: (one: Row) => (
              <Group justify="flex-end">
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-label={t("rfm.newGroup", { group: one.name })}
                  onClick={() => make(one)}
                >
                  {t("rfm.make")}
                </Button>
              </Group>
            ),
          },
        ]
      : []),
  ];
  return (
    <>
      <Title order={2} fz="md" mb="xs">
        {t("rfm.groups")}
      </Title>
      <DataTable
        label={t("rfm.groups")}
        rows={rows}
        columns={columns}
        rowKey={(one) => one.group}
        sorted="-count"
      />
    </>
  );
}
