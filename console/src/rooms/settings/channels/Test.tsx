// Sends one text through an account to an address of our own, and says what the provider answered.
import { Alert, Button, Group, NativeSelect, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/kit";
import { State } from "../State";
import { type Account, addSeed, seedsQuery, test } from "./api";

/** Channels whose messages go to an address. */
const REACHING = ["email", "sms", "whatsapp", "push", "web_push"];

export function Test({ account }: { account: Account }) {
  const { t } = useTranslation("settings");
  return (
    <section aria-label={t("channels.test")}>
      <Title order={3} fz="md" mb={4}>
        {t("channels.test")}
      </Title>
      {REACHING.includes(account.channel) ? (
        <Testing account={account} />
      ) : (
        <Text c="dimmed">{t("channels.noTest")}</Text>
      )}
    </section>
  );
}

function Testing({ account }: { account: Account }) {
  const { t } = useTranslation("settings");
  const known = useQuery(seedsQuery);
  const mine = (known.data ?? []).filter((one) => one.channel === account.channel);
  const [chosen, choose] = useState("");
  const seed = mine.find((one) => one.id === chosen) ?? mine[0];
  const fates: Record<string, string> = t("channels.fates", { returnObjects: true });
  const testing = useMutation({ mutationFn: (to: string) => test(account.name, to) });
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t("channels.testHelp")}
      </Text>
      {seed ? (
        <Group gap="sm" align="flex-end">
          <NativeSelect
            label={t("channels.testTo")}
            value={seed.id}
            onChange={(event) => choose(event.currentTarget.value)}
            data={mine.map((one) => ({ value: one.id, label: `${one.name} · ${one.address}` }))}
          />
          <Button
            variant="default"
            loading={testing.isPending}
            onClick={() => testing.mutate(seed.id)}
          >
            {t("channels.testSend")}
          </Button>
        </Group>
      ) : (
        <Text>{t("channels.testNobody")}</Text>
      )}
      <NewSeed channel={account.channel} done={choose} />
      {testing.isError ? <Failed error={testing.error} /> : null}
      {testing.data ? (
        <Alert role="status" variant="default">
          <State
            mood={testing.data.fate === "accepted" ? "good" : "bad"}
            word={fates[testing.data.fate] ?? testing.data.fate}
          />
          <Text>{testing.data.said}</Text>
          {testing.data.code ? (
            <Text size="sm" c="dimmed">
              {t("channels.testCode", { code: testing.data.code })}
            </Text>
          ) : null}
        </Alert>
      ) : null}
    </Stack>
  );
}

function NewSeed({ channel, done }: { channel: string; done: (seed: string) => void }) {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [address, setAddress] = useState("");
  const adding = useMutation({
    mutationFn: () => addSeed(channel, name.trim(), address.trim()),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ["seeds"] });
      done(made.id);
      setName("");
      setAddress("");
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        adding.mutate();
      }}
    >
      <Group gap="sm" align="flex-end">
        <TextInput
          label={t("channels.testName")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          maxLength={60}
          autoComplete="off"
        />
        <TextInput
          label={t("channels.testAddress")}
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
          required
          autoComplete="off"
        />
        <Button type="submit" variant="default" loading={adding.isPending}>
          {t("channels.testAdd")}
        </Button>
      </Group>
      {adding.isError ? <Failed error={adding.error} /> : null}
    </form>
  );
}
