// All journeys in a table, drafts too, and the way to a new one.
import { Badge, Button, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { lazily } from "~/api/bring";
import { useMay } from "~/api/me";
import { Asked, type Column, DataTable, Empty, Page, useFmt } from "~/kit";
import { type Listed, listQuery } from "./api";
import { StateBadge } from "./StateBadge";

const Gallery = lazily(() => import("./Gallery"));

export default function Journeys() {
  const { t } = useTranslation("journeys");
  const [choosing, gallery] = useDisclosure();
  const found = useQuery(listQuery);
  const mayEdit = useMay("journeys.edit");
  const begin = mayEdit ? (
    <Button size="sm" leftSection={<IconPlus size={16} aria-hidden />} onClick={gallery.open}>
      {t("new")}
    </Button>
  ) : null;
  return (
    <Page title={t("title")} actions={found.data?.length ? begin : null} below={<Text c="dimmed">{t("about")}</Text>}>
      <Asked of={found} empty={<Empty title={t("none")} action={begin}>{t("noneHelp")}</Empty>}>
        {(rows) => <Table rows={rows} />}
      </Asked>
      {choosing ? (
        <Suspense>
          <Gallery close={gallery.close} known={found.data?.map((one) => one.key) ?? []} />
        </Suspense>
      ) : null}
    </Page>
  );
}

function Table({ rows }: { rows: Listed[] }) {
  const { t } = useTranslation("journeys");
  const fmt = useFmt();
  const columns: Column<Listed>[] = [
    {
      key: "name",
      head: t("column.name"),
      sortBy: (one) => one.name,
      cell: (one) => (
        <Link to="/journeys/$journey" params={{ journey: one.key }} dir="auto">
          {one.name}
        </Link>
      ),
    },
    {
      key: "state",
      head: t("column.state"),
      sortBy: (one) => one.state,
      cell: (one) => (
        <>
          <StateBadge state={one.state} />
          {one.draft && one.state !== "draft" ? (
            <Badge variant="default" size="sm" ml={6}>
              {t("hasDraft")}
            </Badge>
          ) : null}
        </>
      ),
    },
    {
      key: "inside",
      head: t("column.inside"),
      align: "right",
      sortBy: (one) => one.inside,
      cell: (one) => fmt.number(one.inside),
    },
    {
      key: "version",
      head: t("column.version"),
      align: "right",
      wide: true,
      sortBy: (one) => one.version,
      cell: (one) => (one.version ? fmt.number(one.version) : "–"),
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
    />
  );
}
