// Who may sign in, and what each of them may do.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import type { components } from "~/api/schema";
import { Asked, type Column, DataTable, Empty, useFmt } from "~/kit";
import { State } from "../State";

type User = components["schemas"]["kervan__web__api__users__User"];

export default function Users() {
  const { t } = useTranslation("settings");
  const known = useQuery({
    queryKey: ["users"],
    queryFn: async () => take(await api.GET("/v1/users")),
  });
  const columns = useColumns();
  return (
    <Asked of={known} empty={<Empty title={t("users.none")}>{t("users.noneHelp")}</Empty>}>
      {(rows) => (
        <DataTable
          label={t("tab.users")}
          rows={rows}
          columns={columns}
          rowKey={(one) => one.id}
          sorted="name"
        />
      )}
    </Asked>
  );
}

function useColumns(): Column<User>[] {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  return useMemo(() => {
    const roles: Record<string, string> = t("roles", { returnObjects: true });
    const named = (one: User) => fmt.list(one.roles.map((role) => roles[role] ?? role));
    return [
      {
        key: "name",
        head: t("users.name"),
        cell: (one) => <bdi>{one.name || one.email}</bdi>,
        sortBy: (one) => one.name || one.email,
      },
      {
        key: "email",
        head: t("users.email"),
        cell: (one) => <bdi>{one.email}</bdi>,
        sortBy: (one) => one.email,
        wide: true,
      },
      { key: "roles", head: t("users.roles"), cell: named, sortBy: named },
      {
        key: "state",
        head: t("state"),
        cell: (one) => (
          <State
            mood={one.disabled_at ? "quiet" : "good"}
            word={one.disabled_at ? t("users.off") : t("users.on")}
          />
        ),
        wide: true,
      },
      {
        key: "factor",
        head: t("users.factor"),
        cell: (one) => (one.has_second_factor ? t("yes") : t("no")),
        wide: true,
      },
      {
        key: "seen",
        head: t("users.seen"),
        cell: (one) => (one.seen_at ? fmt.dateTime(one.seen_at) : t("never")),
        sortBy: (one) => one.seen_at,
        wide: true,
      },
    ];
  }, [t, fmt]);
}
