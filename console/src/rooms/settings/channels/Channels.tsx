// The ways out: accounts at providers, by channel, and why one cannot send.
import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { Asked, type Column, DataTable, Empty } from "~/kit";
import { State } from "../State";

/** As GET /v1/accounts tells of one; `problem` says why nothing goes through it. */
interface Account {
  name: string;
  provider: string;
  channel: string;
  enabled?: boolean;
  problem: string;
}

export default function Channels() {
  const { t } = useTranslation("settings");
  const known = useQuery({
    queryKey: ["accounts"],
    queryFn: async () => take(await api.GET("/v1/accounts")) as unknown as Account[],
  });
  const columns = useColumns();
  return (
    <Asked of={known} empty={<Empty title={t("channels.none")}>{t("channels.noneHelp")}</Empty>}>
      {(rows) => (
        <DataTable
          label={t("tab.channels")}
          rows={rows}
          columns={columns}
          rowKey={(one) => one.name}
          sorted="channel"
        />
      )}
    </Asked>
  );
}

function useColumns(): Column<Account>[] {
  const { t } = useTranslation("settings");
  return useMemo(() => {
    const channels: Record<string, string> = t("channels.kinds", { returnObjects: true });
    const channel = (one: Account) => channels[one.channel] ?? one.channel;
    return [
      { key: "channel", head: t("channels.channel"), cell: channel, sortBy: channel },
      { key: "name", head: t("channels.name"), cell: (one) => one.name, sortBy: (one) => one.name },
      {
        key: "provider",
        head: t("channels.provider"),
        cell: (one) => one.provider,
        sortBy: (one) => one.provider,
        wide: true,
      },
      {
        key: "state",
        head: t("state"),
        cell: (one) =>
          one.problem ? (
            <>
              <State mood="bad" word={t("channels.stuck")} />
              <Text size="sm" c="dimmed">
                {one.problem}
              </Text>
            </>
          ) : (
            <State
              mood={one.enabled ? "good" : "quiet"}
              word={one.enabled ? t("channels.on") : t("channels.off")}
            />
          ),
      },
    ];
  }, [t]);
}
