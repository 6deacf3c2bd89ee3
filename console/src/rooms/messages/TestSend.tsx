// Sends what is live to our own people, as one customer would get it, and tells what became of it.
import { Alert, Button, Checkbox, Group, Select, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { Asked, Failed, SideSheet } from "~/kit";
import { peopleQuery, seedsQuery, type Whole } from "./api";
import { useChannelName } from "./channels";
import classes from "./preview.module.css";
import { Seed } from "./Seed";

interface Props {
  live: Whole;
  /** The editor has another text than the one that is sent. */
  unsaved: boolean;
  close: () => void;
}

const PAUSE_MS = 250;

export default function TestSend({ live, unsaved, close }: Props) {
  const { t } = useTranslation("messages");
  const channelName = useChannelName();
  const seeds = useQuery(seedsQuery);
  const [typed, setTyped] = useState("");
  const [asked] = useDebouncedValue(typed.trim(), PAUSE_MS);
  const people = useQuery(peopleQuery(asked));
  const [person, setPerson] = useState<{ value: string; label: string } | null>(null);
  const [chosen, setChosen] = useState<string[]>([]);
  const found = (people.data ?? []).map((one) => ({
    value: one.id,
    label: one.name || one.email || one.phone || t("preview.nameless"),
  }));
  const data = person && !found.some((one) => one.value === person.value) ? [person, ...found] : found;
  const fit = (seeds.data ?? []).filter((one) => live.channels.includes(one.channel));
  const send = useMutation({
    mutationFn: async () =>
      take(
        await api.POST("/v1/messages/{key}/test", {
          params: { path: { key: live.key } },
          body: { person: person?.value ?? "", seeds: chosen, scene: {} },
        }),
      ),
  });
  return (
    <SideSheet opened close={close} title={t("test.button")}>
      <Stack gap="md">
        <Text>{t("test.says")}</Text>
        {unsaved ? (
          <Alert variant="default" py="xs">
            {t("test.unsaved", { version: live.version })}
          </Alert>
        ) : null}
        <Select
          data-autofocus
          label={t("test.person")}
          description={t("test.personHelp")}
          searchable
          data={data}
          value={person?.value ?? null}
          onSearchChange={setTyped}
          filter={({ options }) => options}
          nothingFoundMessage={asked.length > 1 ? t("test.nobody") : t("test.type")}
          onChange={(one) => setPerson(data.find((other) => other.value === one) ?? null)}
        />
        <Asked of={seeds}>
          {() =>
            fit.length ? (
              <Checkbox.Group label={t("test.to")} value={chosen} onChange={setChosen}>
                <Stack gap={6} mt={6}>
                  {fit.map((one) => (
                    <Checkbox
                      key={one.id}
                      value={one.id}
                      label={`${one.name} · ${channelName(one.channel)} · ${one.address}`}
                    />
                  ))}
                </Stack>
              </Checkbox.Group>
            ) : (
              <Text c="dimmed">{t("test.noSeeds")}</Text>
            )
          }
        </Asked>
        <Seed channels={live.channels} />
        {send.isError ? <Failed error={send.error} /> : null}
        {send.data ? (
          <Alert role="status" variant="default" py="xs" title={t("test.sent", { count: send.data.length })}>
            <ul>
              {send.data.map((one) => (
                <li key={one.message}>
                  <Fate message={one.message} name={`${one.name} · ${channelName(one.channel)}`} />
                </li>
              ))}
            </ul>
          </Alert>
        ) : null}
        <Group justify="flex-end">
          <Button
            loading={send.isPending}
            disabled={!person || !chosen.length}
            onClick={() => send.mutate()}
          >
            {t("test.go")}
          </Button>
        </Group>
      </Stack>
    </SideSheet>
  );
}

/** What became of one test, when it is asked: nothing here asks by itself. */
function Fate({ message, name }: { message: string; name: string }) {
  const { t, i18n } = useTranslation("messages");
  const why = useQuery({
    queryKey: ["messages", "why", i18n.language, message],
    queryFn: async () =>
      take(await api.GET("/v1/messages/{message}/why", { params: { path: { message } } })),
    enabled: false,
  });
  return (
    <>
      {name}{" "}
      <Button
        size="compact-xs"
        variant="default"
        loading={why.isFetching}
        onClick={() => void why.refetch()}
      >
        {t("test.fate", { name })}
      </Button>
      {why.data ? (
        <Text size="sm" dir="auto" className={classes.words}>
          {why.data.said}
        </Text>
      ) : null}
      {why.isError ? <Failed error={why.error} /> : null}
    </>
  );
}
