// All broadcasts, the latest first: how each stands, and the way to a new one.
import { Anchor, Badge, Button, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { lazily } from "~/api/bring";
import { useMay } from "~/api/me";
import { Asked, type Column, DataTable, Empty, Page, useFmt } from "~/kit";
import { type Listed, listQuery } from "./api";
import classes from "./broadcasts.module.css";

const New = lazily(() => import("./New"));
const One = lazily(() => import("./One"));

export default function Broadcasts() {
  const { t } = useTranslation("broadcasts");
  const [making, setMaking] = useState(false);
  const [shown, setShown] = useState<string | null>(null);
  const found = useInfiniteQuery(listQuery);
  const rows = found.data?.pages.flatMap((one) => one.broadcasts) ?? [];
  const begin = useMay("journeys.edit") ? (
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
            show={setShown}
            more={() => {
              if (found.hasNextPage && !found.isFetching) void found.fetchNextPage();
            }}
          />
        )}
      </Asked>
      <Suspense>
        {making ? (
          <New
            known={rows.map((one) => one.key)}
            close={() => setMaking(false)}
            made={(key) => {
              setMaking(false);
              setShown(key);
            }}
          />
        ) : null}
        {shown ? <One key={shown} broadcast={shown} close={() => setShown(null)} /> : null}
      </Suspense>
    </Page>
  );
}

interface TableProps {
  rows: Listed[];
  show: (key: string) => void;
  more: () => void;
}

function Table({ rows, show, more }: TableProps) {
  const { t } = useTranslation("broadcasts");
  const fmt = useFmt();
  const columns: Column<Listed>[] = [
    {
      key: "name",
      head: t("column.name"),
      sortBy: (one) => one.name,
      cell: (one) => (
        <Anchor component="button" type="button" dir="auto" ta="left" onClick={() => show(one.key)}>
          {one.name}
        </Anchor>
      ),
    },
    {
      key: "status",
      head: t("column.status"),
      sortBy: (one) => one.status,
      cell: (one) => <Status status={one.status} />,
    },
    {
      key: "audience",
      head: t("column.audience"),
      align: "right",
      sortBy: (one) => one.audience,
      cell: (one) => (one.status === "draft" || one.status === "scheduled" ? "–" : fmt.number(one.audience)),
    },
    {
      key: "starts",
      head: t("column.starts"),
      align: "right",
      wide: true,
      sortBy: (one) => one.starts_at,
      cell: (one) => (one.starts_at ? fmt.dateTime(one.starts_at) : "–"),
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
      more={more}
    />
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
