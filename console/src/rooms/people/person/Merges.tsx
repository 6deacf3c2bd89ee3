// Two profiles that are one person: shown before they are joined, and parted again.
import { Button, Group, Modal, Select, Stack, Text, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { useMay } from "~/api/me";
import { Asked, Confirm, Failed, useFmt } from "~/kit";
import { mergesQuery, type Trial } from "../asks";
import classes from "../Person.module.css";

export function Merges({ person }: { person: string }) {
  const { t } = useTranslation("people");
  const fmt = useFmt();
  const may = useMay("people.merge");
  const client = useQueryClient();
  const merges = useQuery(mergesQuery(person));
  const [part, setPart] = useState<{ one: string; other: string }>();
  const fresh = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ["person"] }),
      client.invalidateQueries({ queryKey: ["people"] }),
    ]);
  return (
    <Stack gap="md">
      <Asked
        of={merges}
        isEmpty={(all) => !all.merges.length}
        empty={<Text c="dimmed">{t("merges.none")}</Text>}
      >
        {(all) => (
          <ul className={classes.cards}>
            {all.merges.map((one) => (
              <li
                key={`${one.one} ${one.other}`}
                className={`${classes.card} ${classes.cardHead}`}
              >
                <span className={classes.grow}>
                  <code>{one.one === person ? one.other : one.one}</code>
                  <span className={classes.aside}>
                    {t("merges.line", { actor: one.actor, when: fmt.dateTime(one.at_ms) })}
                  </span>
                </span>
                {may ? (
                  <Button size="compact-xs" variant="default" onClick={() => setPart(one)}>
                    {t("merges.part")}
                  </Button>
                ) : null}
              </li>
            ))}
          </ul>
        )}
      </Asked>
      {may ? <With person={person} fresh={fresh} /> : null}
      <Confirm
        opened={part !== undefined}
        close={() => setPart(undefined)}
        title={t("merges.partTitle")}
        touches={t("merges.partSays")}
        word={t("merges.part")}
        act={async () => {
          if (!part) return;
          await api.POST("/v1/people/{person}/unmerge", {
            params: { path: { person: part.one } },
            body: { other: part.other },
          });
          await fresh();
        }}
      />
    </Stack>
  );
}

function With({ person, fresh }: { person: string; fresh: () => Promise<unknown> }) {
  const { t } = useTranslation("people");
  const [typed, setTyped] = useState("");
  const [asked] = useDebouncedValue(typed.trim(), 150);
  const [other, setOther] = useState<string | null>(null);
  const [open, setOpen] = useState(false);
  const found = useQuery({
    queryKey: ["people", "search", asked],
    queryFn: async ({ signal }) =>
      take(
        await api.GET("/v1/people/search", { params: { query: { q: asked, limit: 10 } }, signal }),
      ),
    enabled: asked.length > 1,
    placeholderData: keepPreviousData,
  });
  const options = (found.data?.people ?? [])
    .filter((one) => one.id !== person)
    .map((one) => ({
      value: one.id,
      label: [one.name || t("nameless"), one.email, one.phone].filter(Boolean).join(" · "),
    }));
  return (
    <Group align="flex-end" gap="xs">
      <Select
        flex={1}
        maw={420}
        label={t("merges.with")}
        placeholder={t("merges.choose")}
        data={options}
        filter={({ options: all }) => all}
        searchable
        searchValue={typed}
        onSearchChange={setTyped}
        value={other}
        onChange={setOther}
      />
      <Button variant="default" disabled={!other} onClick={() => setOpen(true)}>
        {t("merges.preview")}
      </Button>
      {open && other ? (
        <Preview person={person} other={other} close={() => setOpen(false)} fresh={fresh} />
      ) : null}
    </Group>
  );
}

interface PreviewProps {
  person: string;
  other: string;
  close: () => void;
  fresh: () => Promise<unknown>;
}

function Preview({ person, other, close, fresh }: PreviewProps) {
  const { t } = useTranslation(["people", "kit"]);
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const trial = useQuery({
    queryKey: ["person", person, "trial", other],
    queryFn: async () =>
      take(
        await api.GET("/v1/people/{person}/merge-preview", {
          params: { path: { person }, query: { other } },
        }),
      ),
    staleTime: 0,
    retry: false,
  });
  const join = async () => {
    setBusy(true);
    try {
      const now = take(
        await api.POST("/v1/people/{person}/merge", {
          params: { path: { person } },
          body: { other },
        }),
      );
      await fresh();
      close();
      if (now.person !== person) await navigate({ to: `/people/${now.person}` as "/" });
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={t("merges.joinTitle")}
      closeButtonProps={{ "aria-label": t("kit:close") }}
    >
      <Stack gap="sm">
        <Asked of={trial}>{(told) => <Told trial={told} />}</Asked>
        {error ? <Failed error={error} /> : null}
        <Text size="sm" c="dimmed">
          {t("merges.undo")}
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            {t("kit:confirm.cancel")}
          </Button>
          <Button disabled={!trial.data} loading={busy} onClick={() => void join()}>
            {t("merges.join")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Told({ trial }: { trial: Trial }) {
  const { t } = useTranslation("people");
  return (
    <Stack gap="sm">
      <div className={classes.halves}>
        <Half title={t("merges.this")} of={trial.one} />
        <Half title={t("merges.other")} of={trial.other} />
        <Half title={t("merges.would")} of={trial.result} result />
      </div>
      <Text size="sm">
        {trial.differ.length
          ? t("merges.differ", { names: trial.differ.join(", ") })
          : t("merges.agree")}
      </Text>
      <Text size="sm">{t("merges.runs", { count: trial.runs })}</Text>
    </Stack>
  );
}

function Half({ title, of, result }: { title: string; of: Trial["one"]; result?: boolean }) {
  const { t } = useTranslation("people");
  return (
    <section className={`${classes.half} ${result ? classes.result : ""}`}>
      <Title order={3} fz="sm">
        {title}
      </Title>
      <Text fw={600}>
        <bdi>{of.name || t("nameless")}</bdi>
      </Text>
      <ul>
        {of.identifiers.map((one, at) => (
          <li key={at}>{one}</li>
        ))}
      </ul>
      <Text size="sm">{t("merges.traits", { count: of.traits })}</Text>
    </section>
  );
}
