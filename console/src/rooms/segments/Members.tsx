// Who is on an imported list: put on or taken off by what they are called, typed or from a file.
import { Button, FileButton, Group, List, NativeSelect, Stack, Text, Textarea, Title } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { Confirm, Failed, UnsavedGuard, useDraft, useFmt } from "~/kit";
import { refresh } from "./api";
import { entriesOf } from "./entries";
import classes from "./segments.module.css";

const KINDS = ["email", "phone", "customer_id", "person"] as const;
type Kind = (typeof KINDS)[number];
type Side = "add" | "remove";
/** A call takes 10,000 of them, but no more than a megabyte. */
const AT_ONCE = 5_000;
const MOST = 200_000;
const SHOWN = 20;
const BAD = "segments.entry_bad";

interface Taken {
  side: Side;
  count: number;
  waiting: boolean;
  refused: { line: number; value: string; code: string }[];
}

export function Members({ segment, name }: { segment: string; name: string }) {
  const { t } = useTranslation("segments");
  const fmt = useFmt();
  const draft = useDraft<{ kind: Kind; text: string }>(
    `segment.${segment}.members`,
    { kind: "email", text: "" },
    "",
  );
  const [busy, setBusy] = useState<Side>();
  const [asking, ask] = useState(false);
  const [taken, setTaken] = useState<Taken>();
  const [error, setError] = useState<unknown>();
  const { kind, text } = draft.value;
  const entries = useMemo(() => entriesOf(text), [text]);
  const tooMany = entries.length > MOST;
  const go = async (side: Side) => {
    setBusy(side);
    setError(undefined);
    setTaken(undefined);
    const found: Taken = { side, count: 0, waiting: false, refused: [] };
    try {
      for (let from = 0; from < entries.length; from += AT_ONCE) {
        const some = entries.slice(from, from + AT_ONCE);
        const told = take(
          await api.POST("/v1/segments/{key}/members", {
            params: { path: { key: segment } },
            body: { [side]: { [kind]: some.map((one) => one.value) } },
          }),
        );
        found.count += (side === "add" ? told?.added : told?.removed) ?? 0;
        found.waiting ||= Boolean(told?.waiting);
        for (const one of told?.refused ?? []) {
          const place = some[Number(/\[(\d+)\]$/.exec(one.path)?.[1])];
          if (place) found.refused.push({ ...place, code: one.code });
        }
      }
      found.refused.sort((a, b) => a.line - b.line);
      // What named nobody stays to be mended; all else is done.
      if (found.refused.length) {
        draft.change({ kind, text: found.refused.map((one) => one.value).join("\n") });
      } else draft.done();
    } catch (problem) {
      setError(problem);
    } finally {
      if (found.count || found.refused.length) setTaken(found);
      setBusy(undefined);
      void refresh(true);
    }
  };
  return (
    <section className={`k-card ${classes.told}`} aria-labelledby="segment-members">
      <Title order={2} fz="md" mb="xs" id="segment-members">
        {t("members.title")}
      </Title>
      <UnsavedGuard draft={draft} />
      <Stack gap="xs">
        <NativeSelect
          size="sm"
          maw={320}
          label={t("members.kind")}
          value={kind}
          data={KINDS.map((one) => ({ value: one, label: t(`members.kinds.${one}`) }))}
          onChange={(event) =>
            draft.change({ kind: event.currentTarget.value as Kind, text })
          }
        />
        <Textarea
          size="sm"
          label={t("members.text")}
          value={text}
          autosize
          minRows={4}
          maxRows={12}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => draft.change({ kind, text: event.currentTarget.value })}
        />
        {tooMany ? (
          <Text size="sm" className={classes.fault} role="status">
            {t("members.tooMany", { most: fmt.number(MOST) })}
          </Text>
        ) : null}
        <Group gap="xs">
          <Button
            size="sm"
            loading={busy === "add"}
            disabled={!entries.length || tooMany || busy !== undefined}
            onClick={() => void go("add")}
          >
            {t("members.add")}
          </Button>
          <Button
            size="sm"
            variant="default"
            loading={busy === "remove"}
            disabled={!entries.length || tooMany || busy !== undefined}
            onClick={() => ask(true)}
          >
            {t("members.remove")}
          </Button>
          <FileButton
            accept=".csv,.txt,text/csv,text/plain"
            onChange={(file) =>
              void file?.text().then((read) => draft.change({ kind, text: read }))
            }
          >
            {(props) => (
              <Button {...props} size="sm" variant="default">
                {t("members.file")}
              </Button>
            )}
          </FileButton>
          <Text size="sm" c="dimmed">
            {t("members.count", { count: entries.length })}
          </Text>
        </Group>
        {error ? <Failed error={error} /> : null}
        {taken ? <Result taken={taken} /> : null}
      </Stack>
      <Confirm
        opened={asking}
        close={() => ask(false)}
        title={t("members.remove")}
        touches={t("members.removeTouches", { count: entries.length, name })}
        word={t("members.remove")}
        act={() => go("remove")}
      />
    </section>
  );
}

function Result({ taken }: { taken: Taken }) {
  const { t } = useTranslation("segments");
  const { refused } = taken;
  return (
    <div role="status">
      <Text size="sm">
        {t(taken.side === "add" ? "members.added" : "members.removed", { count: taken.count })}{" "}
        {taken.waiting ? t("members.waiting") : null}
      </Text>
      {refused.length ? (
        <>
          <Text size="sm" className={classes.fault}>
            {t("members.refused", { count: refused.length })}
          </Text>
          <List size="sm">
            {refused.slice(0, SHOWN).map((one) => (
              <List.Item key={`${one.line} ${one.value}`}>
                {t("members.line", {
                  value: one.value.slice(0, 80),
                  why: t(one.code === BAD ? "members.why.bad" : "members.why.unknown"),
                })}
              </List.Item>
            ))}
          </List>
          {refused.length > SHOWN ? (
            <Text size="sm" c="dimmed">
              {t("members.more", { count: refused.length - SHOWN })}
            </Text>
          ) : null}
        </>
      ) : null}
    </div>
  );
}
