// The keys of programs: whose they are, what they may do, until when.
import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Asked, type Column, Confirm, DataTable, Empty, useFmt } from "~/kit";
import { Bar } from "../Bar";
import { type Key, keysQuery, revoke } from "./api";
import { NewKey } from "./NewKey";

export default function Keys() {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const known = useQuery(keysQuery);
  const [making, setMaking] = useState(false);
  const [going, setGoing] = useState<Key>();
  const columns = useColumns(setGoing);
  return (
    <>
      <Bar about={t("about.keys")}>
        <Button size="sm" onClick={() => setMaking(true)}>
          {t("keys.new")}
        </Button>
      </Bar>
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
      <NewKey opened={making} close={() => setMaking(false)} />
      <Confirm
        opened={going !== undefined}
        close={() => setGoing(undefined)}
        title={t("keys.revokeOne", { name: going?.name })}
        touches={t("keys.revokeTouches", { name: going?.name })}
        type={going?.name ?? ""}
        word={t("keys.revoke")}
        act={async () => {
          if (going) await revoke(going.id);
          await queries.invalidateQueries({ queryKey: ["keys"] });
        }}
      />
    </>
  );
}

function useColumns(go: (key: Key) => void): Column<Key>[] {
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
      {
        key: "deed",
        head: t("keys.deed"),
        cell: (one) => (
          <Button
            size="xs"
            variant="default"
            aria-label={t("keys.revokeOne", { name: one.name })}
            onClick={() => go(one)}
          >
            {t("keys.revoke")}
          </Button>
        ),
      },
    ],
    [t, fmt, go],
  );
}
