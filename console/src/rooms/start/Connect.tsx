// A source of events: its key, the code with the key in it, and the moment the first event is heard.
import { Button, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { useLive } from "~/api/live";
import { useMay } from "~/api/me";
import { Failed, NoRight, useFmt } from "~/kit";
import { Code } from "./Code";
import classes from "./start.module.css";

interface Heard {
  source: number;
  events: number;
  latest_ms: number;
}

const KINDS = ["browser", "server", "till"] as const;
type Kind = (typeof KINDS)[number];

export function Connect() {
  const may = useMay("sources.manage");
  return may ? <Connecting /> : <NoRight />;
}

function Connecting() {
  const { t } = useTranslation("start");
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [kind, setKind] = useState<Kind>("browser");
  const make = useMutation({
    mutationFn: async () =>
      take(
        await api.POST("/v1/sources", {
          body: { name: name.trim(), kind, allowed_origins: [], rate_limit_per_second: 0 },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["sources"] }),
  });
  return (
    <>
      <Text>{t("connect.help")}</Text>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <Group gap="sm" align="flex-end">
          <TextInput
            label={t("connect.name")}
            placeholder={t("connect.example")}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            required
            maxLength={100}
          />
          <NativeSelect
            label={t("connect.kind")}
            value={kind}
            onChange={(event) => setKind(event.currentTarget.value as Kind)}
            data={KINDS.map((value) => ({ value, label: t(`connect.kinds.${value}`) }))}
          />
          <Button type="submit" loading={make.isPending} disabled={!name.trim()}>
            {t("connect.make")}
          </Button>
        </Group>
      </form>
      {make.isError ? <Failed error={make.error} /> : null}
      {make.data ? (
        <Stack gap="xs">
          <Text fw={550}>{t("connect.once")}</Text>
          <Code writeKey={make.data.write_key} kind={kind} />
        </Stack>
      ) : null}
      <Hearing />
    </>
  );
}

function Hearing() {
  const { t } = useTranslation("start");
  const fmt = useFmt();
  const heard = useLive<Heard[]>("sources");
  const known = useQuery({
    queryKey: ["sources"],
    queryFn: async () => take(await api.GET("/v1/sources")),
  });
  const names = new Map((known.data ?? []).map((one) => [one.id, one.name]));
  const ours = (heard ?? []).filter((one) => names.has(one.source) && one.events > 0);
  const latest = ours.sort((a, b) => b.latest_ms - a.latest_ms)[0];
  return (
    <div className={classes.heard} data-heard={latest !== undefined} role="status">
      <span className={classes.dot} aria-hidden />
      {latest ? (
        <Text>
          {t("connect.heard", {
            name: names.get(latest.source),
            events: fmt.number(latest.events),
            at: fmt.dateTime(latest.latest_ms),
          })}
        </Text>
      ) : (
        <Text>{t("connect.waiting")}</Text>
      )}
    </div>
  );
}
