// The registry of commercial messages: what waits for it, what it refused, when it was heard last.
import { Button, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { Asked, type Column, DataTable, Failed, useFmt } from "~/kit";
import { Part } from "../Part";
import { State } from "../State";
import { exchange, type RegistryAccount, registryQuery, type Troubled } from "./api";
import { useReason } from "./reasons";

export function Registry() {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const may = useMay("consent.write");
  const known = useQuery(registryQuery);
  const going = useMutation({
    mutationFn: (brand: string) => exchange(brand),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["registry"] }),
  });
  const columns = useColumns(may ? going.mutate : undefined);
  const troubled = known.data?.accounts.flatMap((one) => one.troubled) ?? [];
  return (
    <Part title={t("consent.registry")} help={t("consent.registryHelp")}>
      <Asked
        of={known}
        isEmpty={(all) => !all.accounts.length}
        empty={
          known.data?.needed ? (
            <State mood="bad" word={t("consent.noRegistry")} long />
          ) : (
            <Text c="dimmed">{t("consent.notNeeded")}</Text>
          )
        }
      >
        {(all) => (
          <DataTable
            label={t("consent.registry")}
            rows={all.accounts}
            columns={columns}
            rowKey={(one) => one.brand}
          />
        )}
      </Asked>
      {going.isError ? <Failed error={going.error} /> : null}
      <Text role="status" c="dimmed" mt="xs">
        {going.isSuccess ? t("consent.exchanging") : null}
      </Text>
      {troubled.length ? <NotTaken rows={troubled} /> : null}
    </Part>
  );
}

function useColumns(go: ((brand: string) => void) | undefined): Column<RegistryAccount>[] {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  const say = useReason();
  return useMemo(() => {
    const providers: Record<string, string> = t("consent.providers", { returnObjects: true });
    const brand = (one: RegistryAccount) => one.brand || t("consent.only");
    const deed: Column<RegistryAccount> = {
      key: "deed",
      head: t("keys.deed"),
      cell: (one) => (
        <Button
          size="xs"
          variant="default"
          aria-label={t("consent.exchangeOne", { brand: brand(one) })}
          onClick={() => go?.(one.brand)}
        >
          {t("consent.exchange")}
        </Button>
      ),
    };
    const state = (one: RegistryAccount) => {
      if (one.failures) return t("consent.silent");
      return one.late ? t("consent.late", { count: one.late }) : t("consent.well");
    };
    const failing = (one: RegistryAccount) => {
      const at = one.resumes_at ? fmt.dateTime(one.resumes_at) : "";
      return t("consent.failing", { count: one.failures, at });
    };
    const number = (key: "waiting" | "taken" | "refused"): Column<RegistryAccount> => ({
      key,
      head: t(`consent.${key}`),
      cell: (one) => fmt.number(one[key]),
      align: "right",
      wide: true,
    });
    return [
      { key: "brand", head: t("consent.brand"), cell: brand },
      {
        key: "provider",
        head: t("consent.provider"),
        cell: (one) => providers[one.provider] ?? one.provider,
        wide: true,
      },
      number("waiting"),
      number("taken"),
      number("refused"),
      {
        key: "pulled",
        head: t("consent.lastHeard"),
        cell: (one) => (one.pulled_at ? fmt.dateTime(one.pulled_at) : t("never")),
        wide: true,
      },
      {
        key: "state",
        head: t("state"),
        cell: (one) => (
          <>
            <State mood={one.failures || one.late ? "bad" : "good"} word={state(one)} />
            {one.failures ? (
              <Text size="sm" c="dimmed">
                {failing(one)} <bdi>{one.problem ? `${say(one.problem)}.` : ""}</bdi>
              </Text>
            ) : null}
          </>
        ),
      },
      ...(go ? [deed] : []),
    ];
  }, [t, fmt, go, say]);
}

function NotTaken({ rows }: { rows: Troubled[] }) {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  const say = useReason();
  const columns = useMemo<Column<Troubled>[]>(() => {
    const kinds: Record<string, string> = t("consent.kinds", { returnObjects: true });
    const words: Record<string, string> = t("consent.words", { returnObjects: true });
    const states: Record<string, string> = t("consent.states", { returnObjects: true });
    return [
      {
        key: "place",
        head: t("consent.position"),
        cell: (one) => fmt.number(one.position),
        wide: true,
      },
      { key: "kind", head: t("consent.kind"), cell: (one) => kinds[one.type] ?? one.type },
      { key: "word", head: t("consent.word"), cell: (one) => words[one.status] ?? one.status },
      {
        key: "given",
        head: t("consent.given"),
        cell: (one) => fmt.dateTime(one.given_at),
        wide: true,
      },
      { key: "due", head: t("consent.due"), cell: (one) => fmt.dateTime(one.due_at), wide: true },
      {
        key: "why",
        head: t("state"),
        cell: (one) => (
          <>
            <State mood="bad" word={states[one.state] ?? one.state} />
            {one.reason ? (
              <Text size="sm" c="dimmed">
                <bdi>{say(one.reason)}</bdi>
              </Text>
            ) : null}
          </>
        ),
      },
    ];
  }, [t, fmt, say]);
  return (
    <>
      <Title order={3} fz="md" mt="md" mb="xs">
        {t("consent.troubled")}
      </Title>
      <DataTable
        label={t("consent.troubled")}
        rows={rows}
        columns={columns}
        rowKey={(one) => String(one.id)}
      />
    </>
  );
}
