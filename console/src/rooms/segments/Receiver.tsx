// The one system outside that is told who enters and leaves: where it is, how far it has come.
import { Alert, Badge, Button, Code, CopyButton, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { useMay } from "~/api/me";
import { queries } from "~/api/queries";
import { Asked, Confirm, Failed, useDraft, useFmt } from "~/kit";
import { type Receiving, syncQuery, usesQuery } from "./api";
import classes from "./segments.module.css";

export function Receiver({ segment, active }: { segment: string; active: boolean }) {
  const { t } = useTranslation("segments");
  const may = useMay("segments.manage") && active;
  // Who asks for the segment says whether there is one: what is not there is not asked for.
  const uses = useQuery(usesQuery(segment));
  const has = uses.data?.some((one) => one.kind === "sync") ?? false;
  const found = useQuery({ ...syncQuery(segment), enabled: has });
  const [secret, setSecret] = useState("");
  const put = async (url: string, renew = false) => {
    const params = { path: { key: segment } };
    const body = { url, new_secret: renew };
    const made = take(await api.PUT("/v1/segments/{key}/sync", { params, body }));
    setSecret(made?.secret ?? "");
    await again(segment);
  };
  return (
    <section className={`k-card ${classes.told}`} aria-labelledby="segment-sync">
      <Title order={2} fz="md" mb="xs" id="segment-sync">
        {t("sync.title")}
      </Title>
      {secret ? <Secret value={secret} /> : null}
      {has ? (
        <Asked of={found}>
          {(told) => <Known segment={segment} told={told} may={may} put={put} />}
        </Asked>
      ) : (
        <Asked of={uses}>
          {() => (
            <>
              <Text size="sm" c="dimmed" mb="xs">
                {t("sync.about")}
              </Text>
              {may ? <Make segment={segment} put={put} /> : null}
            </>
          )}
        </Asked>
      )}
    </section>
  );
}

async function again(segment: string) {
  await queries.invalidateQueries({ queryKey: usesQuery(segment).queryKey });
  await queries.invalidateQueries({ queryKey: syncQuery(segment).queryKey });
  void queries.invalidateQueries({ queryKey: ["segments", "list"] });
}

type Put = (url: string, renew?: boolean) => Promise<void>;
function Make({ segment, put }: { segment: string; put: Put }) {
  const { t } = useTranslation("segments");
  const draft = useDraft(`segment.${segment}.sync`, "", "");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const go = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await put(draft.value.trim());
      draft.done();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void go();
      }}
    >
      <Stack gap="xs" align="flex-start">
        <TextInput
          size="sm"
          w="100%"
          type="url"
          inputMode="url"
          label={t("sync.url")}
          value={draft.value}
          maxLength={2000}
          onChange={(event) => draft.change(event.currentTarget.value)}
        />
        {error ? <Failed error={error} /> : null}
        <Button size="xs" type="submit" loading={busy} disabled={!/^https:\/\/\S+$/.test(draft.value.trim())}>
          {t("sync.make")}
        </Button>
      </Stack>
    </form>
  );
}

interface KnownProps {
  segment: string;
  told: Receiving;
  may: boolean;
  put: Put;
}

function Known({ segment, told, may, put }: KnownProps) {
  const { t } = useTranslation("segments");
  const fmt = useFmt();
  const [asking, ask] = useState<"renew" | "end">();
  const [error, setError] = useState<unknown>();
  const of = { params: { path: { key: segment } } };
  const stopped = told.state === "stopped";
  const turn = async () => {
    setError(undefined);
    try {
      if (stopped) await put(told.url);
      else await api.POST("/v1/segments/{key}/sync/pause", of);
      await again(segment);
    } catch (problem) {
      setError(problem);
    }
  };
  return (
    <Stack gap={6} align="flex-start">
      <Group gap="xs">
        <Text size="sm" className={classes.name}>
          {told.url}
        </Text>
        <Badge variant="default" tt="none">
          {t(`sync.state.${told.state as "active"}`)}
        </Badge>
      </Group>
      <Text size="sm" c="dimmed">
        {t("sync.known", { count: told.known })}{" "}
        {told.told_at ? t("sync.told", { when: fmt.dateTime(told.told_at) }) : t("sync.never")}{" "}
        {told.problem ? t("sync.problem", { problem: told.problem }) : null}{" "}
        {told.next_attempt_at ? t("sync.again", { when: fmt.dateTime(told.next_attempt_at) }) : null}
      </Text>
      {error ? <Failed error={error} /> : null}
      {may ? (
        <Group gap="xs">
          <Button size="compact-sm" variant="default" onClick={() => void turn()}>
            {t(stopped ? "sync.resume" : "sync.pause")}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => ask("renew")}>
            {t("sync.renew")}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => ask("end")}>
            {t("sync.end")}
          </Button>
        </Group>
      ) : null}
      <Confirm
        opened={asking === "renew"}
        close={() => ask(undefined)}
        title={t("sync.renew")}
        touches={t("sync.renewTouches")}
        word={t("sync.renew")}
        act={() => put(told.url, true)}
      />
      <Confirm
        opened={asking === "end"}
        close={() => ask(undefined)}
        title={t("sync.end")}
        touches={t("sync.endTouches", { host: hostOf(told.url) })}
        type={hostOf(told.url)}
        word={t("sync.end")}
        act={async () => {
          await api.DELETE("/v1/segments/{key}/sync", of);
          await again(segment);
        }}
      />
    </Stack>
  );
}

function Secret({ value }: { value: string }) {
  const { t } = useTranslation("segments");
  return (
    <Alert role="status" variant="default" mb="xs">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{t("sync.secret")}</Text>
        <Code block tabIndex={0} w="100%">
          {value}
        </Code>
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="default" onClick={copy}>
              {t(copied ? "sync.copied" : "sync.copy")}
            </Button>
          )}
        </CopyButton>
      </Stack>
    </Alert>
  );
}

function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}
