// The ways out: accounts at providers, by channel, and why one cannot send.
import { Button, NativeSelect, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { Asked, type Column, DataTable, Empty, SideSheet, useFmt } from "~/kit";
import { Bar } from "../Bar";
import { Opens } from "../Opens";
import { State } from "../State";
import { type Account, accountsQuery, type Provider, providersQuery } from "./api";
import { AccountForm } from "./AccountForm";
import { AccountSheet } from "./AccountSheet";
import { Domains } from "./Domains";

export default function Channels() {
  const { t } = useTranslation("settings");
  const may = useMay("channels.manage");
  const known = useQuery(accountsQuery);
  const providers = useQuery({ ...providersQuery, enabled: may });
  const [making, setMaking] = useState(false);
  const [opened, open] = useState<string>();
  const columns = useColumns(may ? open : undefined);
  const shown = known.data?.find((one) => one.name === opened);
  const about = shown && providers.data?.[shown.provider];
  return (
    <>
      <Bar about={t("about.channels")}>
        {may ? (
          <Button size="sm" onClick={() => setMaking(true)}>
            {t("channels.new")}
          </Button>
        ) : null}
      </Bar>
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
      <Domains />
      <SideSheet opened={making} close={() => setMaking(false)} title={t("channels.new")}>
        <Asked of={providers}>
          {(all) => (
            <New
              providers={all}
              made={(name) => {
                setMaking(false);
                open(name);
              }}
            />
          )}
        </Asked>
      </SideSheet>
      <SideSheet
        opened={shown !== undefined && about !== undefined}
        close={() => open(undefined)}
        title={<bdi>{shown?.name}</bdi>}
      >
        {shown && about ? <AccountSheet key={shown.name} account={shown} about={about} /> : null}
      </SideSheet>
    </>
  );
}

function New({ providers, made }: { providers: Record<string, Provider>; made: (name: string) => void }) {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  const [chosen, choose] = useState("");
  const names = useNames();
  const about = providers[chosen];
  const groups = useMemo(() => {
    const by = new Map<string, { value: string; label: string }[]>();
    for (const [name, one] of Object.entries(providers)) {
      const group = names.channel(one.channel);
      by.set(group, [...(by.get(group) ?? []), { value: name, label: names.provider(name) }]);
    }
    return [...by]
      .sort(([a], [b]) => fmt.compare(a, b))
      .map(([group, items]) => ({ group, items: items.sort((a, b) => fmt.compare(a.label, b.label)) }));
  }, [providers, names, fmt]);
  return (
    <Stack gap="sm">
      <NativeSelect
        label={t("channels.provider")}
        value={chosen}
        onChange={(event) => choose(event.currentTarget.value)}
        data={[{ value: "", label: t("channels.choose"), disabled: true }, ...groups]}
      />
      {about ? <AccountForm key={chosen} provider={chosen} about={about} made={made} /> : null}
    </Stack>
  );
}

function useNames() {
  const { t } = useTranslation("settings");
  return useMemo(() => {
    const channels: Record<string, string> = t("channels.kinds", { returnObjects: true });
    const providers: Record<string, string> = t("providers", { returnObjects: true });
    return {
      channel: (name: string) => channels[name] ?? name,
      provider: (name: string) => providers[name] ?? name,
    };
  }, [t]);
}

function useColumns(open: ((name: string) => void) | undefined): Column<Account>[] {
  const { t } = useTranslation("settings");
  const names = useNames();
  return useMemo(() => {
    const channel = (one: Account) => names.channel(one.channel);
    const provider = (one: Account) => names.provider(one.provider);
    return [
      { key: "channel", head: t("channels.channel"), cell: channel, sortBy: channel },
      {
        key: "name",
        head: t("channels.name"),
        cell: (one) => (open ? <Opens name={one.name} open={() => open(one.name)} /> : one.name),
        sortBy: (one) => one.name,
      },
      {
        key: "provider",
        head: t("channels.provider"),
        cell: provider,
        sortBy: provider,
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
  }, [t, names, open]);
}
