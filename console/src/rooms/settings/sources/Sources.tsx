// The sources of events: what their word is worth, what they sent, whether they are heard.
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLive } from "~/api/live";
import { useMay } from "~/api/me";
import { Asked, type Column, DataTable, Empty, SideSheet, useFmt } from "~/kit";
import { Bar } from "../Bar";
import { Opens } from "../Opens";
import { State } from "../State";
import { type Source, sourcesQuery } from "./api";
import { Letters } from "./Letters";
import { NewSource } from "./NewSource";
import { SourceSheet } from "./SourceSheet";

interface Heard {
  source: number;
  events: number;
  latest_ms: number;
}

export default function Sources() {
  const { t } = useTranslation("settings");
  const known = useQuery(sourcesQuery);
  const mayMend = useMay("deadletters.manage");
  const [making, setMaking] = useState(false);
  const [opened, open] = useState<number>();
  const columns = useColumns(open);
  const shown = known.data?.find((one) => one.id === opened);
  return (
    <>
      <Bar about={t("about.sources")}>
        <Button size="sm" onClick={() => setMaking(true)}>
          {t("sources.new")}
        </Button>
      </Bar>
      <Asked
        of={known}
        empty={
          <Empty title={t("sources.none")} action={<Link to="/start">{t("sources.first")}</Link>} />
        }
      >
        {(rows) => (
          <DataTable
            label={t("tab.sources")}
            rows={rows}
            columns={columns}
            rowKey={(one) => String(one.id)}
            sorted="name"
          />
        )}
      </Asked>
      {mayMend ? <Letters /> : null}
      <NewSource opened={making} close={() => setMaking(false)} />
      <SideSheet
        opened={shown !== undefined}
        close={() => open(undefined)}
        title={<bdi>{shown?.name}</bdi>}
      >
        {shown ? <SourceSheet key={shown.id} source={shown} /> : null}
      </SideSheet>
    </>
  );
}

function useColumns(open: (source: number) => void): Column<Source>[] {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  const heard = useLive<Heard[]>("sources");
  return useMemo(() => {
    const of = (one: Source) => heard?.find((found) => found.source === one.id);
    const kinds: Record<string, string> = t("sources.kinds", { returnObjects: true });
    return [
      {
        key: "name",
        head: t("sources.name"),
        cell: (one) => <Opens name={one.name} open={() => open(one.id)} />,
        sortBy: (one) => one.name,
      },
      {
        key: "kind",
        head: t("sources.kind"),
        cell: (one) => kinds[one.kind] ?? one.kind,
        sortBy: (one) => kinds[one.kind] ?? one.kind,
        wide: true,
      },
      {
        key: "state",
        head: t("state"),
        cell: (one) => (
          <State
            mood={one.enabled ? "good" : "quiet"}
            word={one.enabled ? t("sources.on") : t("sources.off")}
          />
        ),
      },
      {
        key: "events",
        head: t("sources.events"),
        cell: (one) => fmt.number(of(one)?.events ?? 0),
        sortBy: (one) => of(one)?.events ?? 0,
        align: "right",
      },
      {
        key: "latest",
        head: t("sources.latest"),
        cell: (one) => {
          const at = of(one)?.latest_ms;
          return at ? fmt.dateTime(at) : t("never");
        },
        sortBy: (one) => of(one)?.latest_ms ?? null,
        wide: true,
      },
      {
        key: "keys",
        head: t("sources.keys"),
        cell: (one) => one.keys.map((key) => `…${key}`).join(" "),
        wide: true,
      },
    ];
  }, [t, fmt, heard, open]);
}
