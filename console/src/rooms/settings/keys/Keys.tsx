// The keys of programs: whose they are, what they may do, until when.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import type { components } from "~/api/schema";
import { Asked, type Column, DataTable, Empty, useFmt } from "~/kit";

type Key = components["schemas"]["kervan__web__api__keys__Key"];

export default function Keys() {
  const { t } = useTranslation("settings");
  const known = useQuery({
    queryKey: ["keys"],
    queryFn: async () => take(await api.GET("/v1/keys")),
  });
  const columns = useColumns();
  return (
    <Asked of={known} empty={<Empty title={t("keys.none")}>{t("keys.noneHelp")}</Empty>}>
      {(rows) => (
        <DataTable
          label={t("tab.keys")}
          rows={rows}
          columns={columns}
          rowKey={(one) => one.id}
          sorted="name"
        />
      )}
    </Asked>
  );
}

function useColumns(): Column<Key>[] {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  return useMemo(
    () => [
      { key: "name", head: t("keys.name"), cell: (one) => one.name, sortBy: (one) => one.name },
      {
        key: "scopes",
        head: t("keys.scopes"),
        cell: (one) =>
          one.scopes === null ? t("keys.all") : t("keys.some", { count: one.scopes.length }),
      },
      {
        key: "maker",
        head: t("keys.maker"),
        cell: (one) => <bdi>{one.maker}</bdi>,
        sortBy: (one) => one.maker,
        wide: true,
      },
      {
        key: "expires",
        head: t("keys.expires"),
        cell: (one) => (one.expires_at ? fmt.date(one.expires_at) : t("never")),
        sortBy: (one) => one.expires_at,
        wide: true,
      },
      {
        key: "seen",
        head: t("keys.seen"),
        cell: (one) => (one.seen_at ? fmt.dateTime(one.seen_at) : t("never")),
        sortBy: (one) => one.seen_at,
        wide: true,
      },
    ],
    [t, fmt],
  );
}
