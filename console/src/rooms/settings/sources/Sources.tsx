// The sources of events: what their word is worth, what they sent, whether they are heard.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { useLive } from "~/api/live";
import type { components } from "~/api/schema";
import { Asked, type Column, DataTable, Empty, useFmt } from "~/kit";
import { State } from "../State";

type Source = components["schemas"]["Source"];
interface Heard {
  source: number;
  events: number;
  latest_ms: number;
}

export default function Sources() {
  const { t } = useTranslation("settings");
  const known = useQuery({
    queryKey: ["sources"],
    queryFn: async () => take(await api.GET("/v1/sources")),
  });
  const columns = useColumns();
  return (
    <Asked
      of={known}
      empty={
        <Empty
          title={t("sources.none")}
          action={<Link to="/start">{t("sources.first")}</Link>}
        />
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
  );
}

function useColumns(): Column<Source>[] {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  const heard = useLive<Heard[]>("sources");
  return useMemo(() => {
    const of = (one: Source) => heard?.find((found) => found.source === one.id);
    const kinds: Record<string, string> = t("sources.kinds", { returnObjects: true });
    return [
      { key: "name", head: t("sources.name"), cell: (one) => one.name, sortBy: (one) => one.name },
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
  }, [t, fmt, heard]);
}
