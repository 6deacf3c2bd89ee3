// Who may sign in, and what each of them may do.
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Asked, type Column, DataTable, Empty, SideSheet, useFmt } from "~/kit";
import { Bar } from "../Bar";
import { Opens } from "../Opens";
import { State } from "../State";
import { type User, usersQuery } from "./api";
import { NewUser } from "./NewUser";
import { UserSheet } from "./UserSheet";

export default function Users() {
  const { t } = useTranslation("settings");
  const known = useQuery(usersQuery);
  const [adding, setAdding] = useState(false);
  const [opened, open] = useState<string>();
  const columns = useColumns(open);
  const shown = known.data?.find((one) => one.id === opened);
  return (
    <>
      <Bar about={t("about.users")}>
        <Button size="sm" onClick={() => setAdding(true)}>
          {t("users.new")}
        </Button>
      </Bar>
      <Asked of={known} empty={<Empty title={t("users.none")} />}>
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
      <NewUser opened={adding} close={() => setAdding(false)} />
      <SideSheet
        opened={shown !== undefined}
        close={() => open(undefined)}
        title={<bdi>{shown?.name || shown?.email}</bdi>}
      >
        {shown ? <UserSheet key={shown.id} user={shown} /> : null}
      </SideSheet>
    </>
  );
}

function useColumns(open: (user: string) => void): Column<User>[] {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  return useMemo(() => {
    const roles: Record<string, string> = t("roles", { returnObjects: true });
    const named = (one: User) => fmt.list(one.roles.map((role) => roles[role] ?? role));
    return [
      {
        key: "name",
        head: t("users.name"),
        cell: (one) => <Opens name={one.name || one.email} open={() => open(one.id)} />,
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
  }, [t, fmt, open]);
}
