// The audit log: who did what, newest first, a piece at a time.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { type Column, DataTable, Empty, Failed, useFmt } from "~/kit";
import { About, type Line } from "./About";

export default function Audit() {
  const { t } = useTranslation("settings");
  const log = useInfiniteQuery({
    queryKey: ["audit"],
    queryFn: async ({ pageParam }) =>
      take(
        await api.GET("/v1/audit", {
          params: { query: { limit: 200, ...(pageParam ? { before: pageParam } : {}) } },
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (last) => last.before ?? undefined,
  });
  const columns = useColumns();
  if (log.isError && !log.data) {
    return <Failed error={log.error} again={() => void log.refetch()} />;
  }
  if (!log.data) return <div aria-busy="true" />;
  const rows = log.data.pages.flatMap((page) => page.lines);
  if (!rows.length) return <Empty title={t("audit.none")} />;
  return (
    <DataTable
      label={t("tab.audit")}
      rows={rows}
      columns={columns}
      rowKey={(one) => String(one.id)}
      more={() => {
        if (log.hasNextPage && !log.isFetchingNextPage) void log.fetchNextPage();
      }}
    />
  );
}

function useColumns(): Column<Line>[] {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  return useMemo(
    () => [
      { key: "at", head: t("audit.at"), cell: (one) => fmt.dateTime(one.at) },
      { key: "who", head: t("audit.who"), cell: (one) => <bdi>{one.name || t("audit.system")}</bdi> },
      { key: "what", head: t("audit.what"), cell: (one) => one.said || one.what },
      { key: "about", head: t("audit.about"), cell: (one) => <About line={one} />, wide: true },
      { key: "network", head: t("audit.network"), cell: (one) => one.network, wide: true },
    ],
    [t, fmt],
  );
}
