// How many of these people are in other segments too: exact, also for a rule that is not saved.
import { MultiSelect, Text, Title } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Asked, type Column, DataTable, useFmt } from "~/kit";
import { listQuery, overlapQuery, type Preview } from "./api";
import classes from "./segments.module.css";

const MOST = 5;
type Row = Preview["overlap"][number];

/** `asked` is what the rule's own count was asked with. */
export function Overlap({ segment, asked }: { segment: string; asked: string }) {
  const { t } = useTranslation("segments");
  const fmt = useFmt();
  const [others, setOthers] = useState<string[]>([]);
  const [wanted, want] = useState(false);
  const known = useQuery({ ...listQuery(), enabled: wanted });
  const found = useQuery({ ...overlapQuery(asked, others), placeholderData: keepPreviousData });
  const offered = (known.data ?? [])
    .filter((one) => one.key !== segment)
    .map((one) => ({ value: one.key, label: one.name }))
    .sort((a, b) => fmt.compare(a.label, b.label));
  return (
    <section className={`k-card ${classes.told}`} aria-labelledby="segment-overlap">
      <Title order={2} fz="md" mb="xs" id="segment-overlap">
        {t("overlap.title")}
      </Title>
      <MultiSelect
        size="sm"
        mb="xs"
        maw={640}
        label={t("overlap.pick")}
        data={offered}
        value={others}
        maxValues={MOST}
        limit={200}
        searchable
        onFocus={() => want(true)}
        onChange={setOthers}
      />
      {others.length ? (
        <Asked of={found}>{(told) => <Table told={told} late={found.isFetching} />}</Asked>
      ) : (
        <Text size="sm" c="dimmed">
          {t("overlap.none")}
        </Text>
      )}
    </section>
  );
}

function Table({ told, late }: { told: Preview; late: boolean }) {
  const { t } = useTranslation("segments");
  const fmt = useFmt();
  const share = (part: number, whole: number) => (whole ? fmt.percent(part / whole) : "–");
  const columns: Column<Row>[] = [
    {
      key: "name",
      head: t("overlap.segment"),
      sortBy: (one) => one.name,
      cell: (one) => (
        <Link to={`/segments/${one.key}` as string} dir="auto" className={classes.name}>
          {one.name}
        </Link>
      ),
    },
    {
      key: "size",
      head: t("overlap.size"),
      align: "right",
      wide: true,
      sortBy: (one) => one.size,
      cell: (one) => <span className="k-num">{fmt.number(one.size)}</span>,
    },
    {
      key: "shared",
      head: t("overlap.both"),
      align: "right",
      sortBy: (one) => one.shared,
      cell: (one) => <span className="k-num">{fmt.number(one.shared)}</span>,
    },
    {
      key: "mine",
      head: t("overlap.mine"),
      align: "right",
      cell: (one) => <span className="k-num">{share(one.shared, told.count)}</span>,
    },
    {
      key: "theirs",
      head: t("overlap.theirs"),
      align: "right",
      cell: (one) => <span className="k-num">{share(one.shared, one.size)}</span>,
    },
  ];
  return (
    <div aria-busy={late}>
      <DataTable
        label={t("overlap.title")}
        rows={told.overlap}
        columns={columns}
        rowKey={(one) => one.key}
        sorted="-shared"
      />
    </div>
  );
}
