// One source: its name and limits, its keys, and whether it is listened to.
import { Button, Group, NumberInput, Stack, Text, TextInput, Textarea, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm, Failed, UnsavedGuard, useDraft } from "~/kit";
import { Once } from "../Once";
import classes from "../settings.module.css";
import { addKey, change, revoke, type Source } from "./api";

const MOST_A_SECOND = 1_000_000;

export function SourceSheet({ source }: { source: Source }) {
  return (
    <Stack gap="lg">
      <Facts source={source} />
      <Keys source={source} />
      <Switch source={source} />
    </Stack>
  );
}

function useRefresh() {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: ["sources"] });
}

function Facts({ source }: { source: Source }) {
  const { t } = useTranslation("settings");
  const refresh = useRefresh();
  const saved = {
    name: source.name,
    origins: source.allowed_origins.join("\n"),
    rate: source.rate_limit_per_second,
  };
  const draft = useDraft(`source.${source.id}`, saved, JSON.stringify(saved));
  const now = draft.value;
  const saving = useMutation({
    // Only what was changed is sent: what somebody else changed meanwhile stays.
    mutationFn: () =>
      change(source.id, {
        ...(now.name !== saved.name ? { name: now.name.trim() } : {}),
        ...(now.origins !== saved.origins
          ? { allowed_origins: now.origins.split("\n").map((one) => one.trim()).filter(Boolean) }
          : {}),
        ...(now.rate !== saved.rate ? { rate_limit_per_second: now.rate } : {}),
      }),
    onSuccess: async () => {
      await refresh();
      draft.done();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        saving.mutate();
      }}
    >
      <Stack gap="sm">
        <UnsavedGuard draft={draft} />
        <TextInput
          label={t("sources.called")}
          value={now.name}
          onChange={(event) => draft.change({ ...now, name: event.currentTarget.value })}
          required
          maxLength={100}
        />
        <Textarea
          label={t("sources.origins")}
          description={t("sources.originsHelp")}
          value={now.origins}
          onChange={(event) => draft.change({ ...now, origins: event.currentTarget.value })}
          autosize
          minRows={2}
          maxRows={8}
          spellCheck={false}
        />
        <NumberInput
          label={t("sources.rate")}
          description={t("sources.rateHelp")}
          value={now.rate}
          onChange={(value) => draft.change({ ...now, rate: Number(value) || 0 })}
          min={0}
          max={MOST_A_SECOND}
          allowDecimal={false}
          hideControls
        />
        {saving.isError ? <Failed error={saving.error} /> : null}
        <Group gap="xs">
          <Button
            type="submit"
            loading={saving.isPending}
            disabled={!draft.dirty || !now.name.trim()}
          >
            {t("save")}
          </Button>
          {draft.dirty ? (
            <Button variant="default" onClick={draft.done}>
              {t("drop")}
            </Button>
          ) : null}
        </Group>
      </Stack>
    </form>
  );
}

function Keys({ source }: { source: Source }) {
  const { t } = useTranslation("settings");
  const refresh = useRefresh();
  const [going, setGoing] = useState("");
  const adding = useMutation({ mutationFn: () => addKey(source.id), onSuccess: refresh });
  return (
    <section aria-label={t("sources.keysTitle")}>
      <Title order={3} fz="md" mb={4}>
        {t("sources.keysTitle")}
      </Title>
      {source.keys.length ? (
        <ul className={classes.list}>
          {source.keys.map((hint) => (
            <li key={hint}>
              <Text component="span">{t("sources.keyEnds", { hint })}</Text>
              <Button
                size="xs"
                variant="default"
                aria-label={t("sources.revokeKey", { hint })}
                onClick={() => setGoing(hint)}
              >
                {t("sources.revoke")}
              </Button>
            </li>
          ))}
        </ul>
      ) : (
        <Text>{t("sources.keysNone")}</Text>
      )}
      <Text size="sm" c="dimmed" my="xs">
        {t("sources.rotateHelp")}
      </Text>
      {adding.data ? <Once says={t("sources.made")} value={adding.data.write_key} /> : null}
      {adding.isError ? <Failed error={adding.error} /> : null}
      <Button
        size="xs"
        variant="default"
        mt="xs"
        loading={adding.isPending}
        onClick={() => adding.mutate()}
      >
        {t("sources.rotate")}
      </Button>
      <Confirm
        opened={going !== ""}
        close={() => setGoing("")}
        title={t("sources.revokeKey", { hint: going })}
        touches={t("sources.revokeTouches")}
        type={source.name}
        word={t("sources.revoke")}
        act={async () => {
          await revoke(source.id, going);
          await refresh();
        }}
      />
    </section>
  );
}

/** Switching off refuses what is sent, so it says so first; switching on asks nothing. */
function Switch({ source }: { source: Source }) {
  const { t } = useTranslation("settings");
  const refresh = useRefresh();
  const [asking, setAsking] = useState(false);
  const on = useMutation({
    mutationFn: () => change(source.id, { enabled: true }),
    onSuccess: refresh,
  });
  const word = t(source.enabled ? "sources.switchOff" : "sources.switchOn");
  return (
    <div>
      {on.isError ? <Failed error={on.error} /> : null}
      <Button
        variant="default"
        loading={on.isPending}
        onClick={() => (source.enabled ? setAsking(true) : on.mutate())}
      >
        {word}
      </Button>
      <Confirm
        opened={asking}
        close={() => setAsking(false)}
        title={word}
        touches={t("sources.offTouches", { name: source.name })}
        word={word}
        act={async () => {
          await change(source.id, { enabled: false });
          await refresh();
        }}
      />
    </div>
  );
}
