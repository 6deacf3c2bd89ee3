// One segment: its rule as nested groups, who it is about while it is written, and what it was before.
import { Alert, Badge, Button, Group, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, Problem } from "~/api/client";
import { useMay } from "~/api/me";
import { queries } from "~/api/queries";
import { Asked, Confirm, Empty, Failed, Page, UnsavedGuard, useDraft } from "~/kit";
import { refresh, save, segmentQuery, type Whole } from "./api";
import { Builder } from "./Builder";
import { Days } from "./Days";
import { Uses, Versions } from "./History";
import classes from "./segments.module.css";
import { Sample, Told, useTold } from "./Told";
import { type Fault, type Node, unread } from "./tree";

interface Work {
  name: string;
  tree: Node | null;
  /** The version this began from: saving says so, and the second of two is told. */
  from: number;
}

export default function Segment() {
  const { segment = "" } = useParams({ strict: false });
  const { t } = useTranslation("segments");
  const found = useQuery(segmentQuery(segment));
  if (!found.data) {
    const gone = found.error instanceof Problem && found.error.status === 404;
    return (
      <Page title={segment}>
        {gone ? (
          <Empty title={t("unknown")} action={<Link to="/segments">{t("title")}</Link>} />
        ) : (
          <Asked of={found}>{() => null}</Asked>
        )}
      </Page>
    );
  }
  return <Known key={segment} saved={found.data} />;
}

function Known({ saved }: { saved: Whole }) {
  const { t } = useTranslation("segments");
  const may = useMay("segments.manage") && saved.state === "active";
  const draft = useDraft<Work>(
    `segment.${saved.key}`,
    { name: saved.name, tree: saved.tree as Node | null, from: saved.version },
    String(saved.version),
  );
  const { name, tree } = draft.value;
  const broken = tree !== null && unread(tree);
  const telling = useTold(JSON.stringify(tree ? { tree } : { segment: saved.key }));
  const saving = useSaving(saved, draft.value, draft.done);
  const faults: Fault[] = telling.faults.length ? telling.faults : saving.faults;
  const change = (part: Partial<Work>) => draft.change({ ...draft.value, ...part });
  return (
    <Page
      called={name}
      title={
        <Group gap="xs" component="span">
          <span dir="auto">{name}</span>
          {saved.state === "archived" ? <Badge variant="default">{t("state.archived")}</Badge> : null}
          {saved.sort === "list" ? <Badge variant="default">{t("sort.list")}</Badge> : null}
        </Group>
      }
      actions={
        <>
          <Keeping saved={saved} />
          {draft.dirty && may ? (
            <Button size="sm" variant="default" onClick={draft.done}>
              {t("drop")}
            </Button>
          ) : null}
          {may ? (
            <Button
              size="sm"
              loading={saving.busy}
              disabled={!draft.dirty || broken || !name.trim()}
              onClick={() => void saving.go(draft.value.from)}
            >
              {t("save")}
            </Button>
          ) : null}
        </>
      }
    >
      <UnsavedGuard draft={draft} />
      {saving.elsewhere ? (
        <Alert role="alert" variant="default" mb="sm" title={t("elsewhere.title")}>
          <Group gap="xs">
            <Button size="xs" variant="default" onClick={saving.theirs}>
              {t("elsewhere.theirs")}
            </Button>
            <Button size="xs" variant="default" onClick={() => void saving.mine()}>
              {t("elsewhere.mine")}
            </Button>
          </Group>
        </Alert>
      ) : null}
      {saving.error ? <Failed error={saving.error} /> : null}
      <div className={classes.split}>
        {/* Nothing is typed between sending and its answer: it would be taken for saved. */}
        <fieldset className={classes.fields} disabled={!may || saving.busy}>
          <legend className="k-hidden">{t("rule")}</legend>
          {may ? (
            <TextInput
              label={t("begin.name")}
              value={name}
              maxLength={120}
              mb="sm"
              onChange={(event) => change({ name: event.currentTarget.value })}
            />
          ) : null}
          {tree ? (
            <Builder tree={tree} faults={faults} change={(next) => change({ tree: next })} />
          ) : (
            <Text className={`k-card ${classes.told}`}>{t("listSays")}</Text>
          )}
        </fieldset>
        <div className={classes.side}>
          <Told telling={telling} />
        </div>
      </div>
      <div className={classes.below}>
        <Sample telling={telling} />
        <Days segment={saved.key} />
        <Uses segment={saved.key} />
        {tree ? (
          <Versions
            segment={saved.key}
            version={saved.version}
            {...(may ? { take: (past) => change({ tree: past.tree as Node }) } : {})}
          />
        ) : null}
      </div>
    </Page>
  );
}

function useSaving(saved: Whole, work: Work, done: () => void) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const problem = error instanceof Problem ? error : undefined;
  const elsewhere = problem?.code === "segments.changed_meanwhile";
  const now = () => queries.fetchQuery({ ...segmentQuery(saved.key), staleTime: 0 });
  const go = async (from?: number) => {
    setBusy(true);
    setError(undefined);
    try {
      const version = from ?? (await now()).version;
      const made = await save(saved.key, version, work.name.trim(), work.tree);
      queries.setQueryData(segmentQuery(saved.key).queryKey, made);
      done();
      void refresh();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return {
    busy,
    elsewhere,
    faults: problem?.problems ?? [],
    error: elsewhere || problem?.problems.length ? undefined : error,
    go,
    /** What the other one saved, instead of mine. */
    theirs: () => {
      setError(undefined);
      done();
      void refresh();
    },
    /** Mine over it, on purpose; the other one stays among the versions. */
    mine: () => go(),
  };
}

/** Archive, which can be taken back; restore what is archived. */
function Keeping({ saved }: { saved: Whole }) {
  const { t } = useTranslation("segments");
  const may = useMay("segments.manage");
  const [asking, setAsking] = useState(false);
  if (!may) return null;
  const active = saved.state === "active";
  const act = async () => {
    const of = { params: { path: { key: saved.key } } };
    if (active) await api.POST("/v1/segments/{key}/archive", of);
    else await api.POST("/v1/segments/{key}/restore", of);
    await refresh();
  };
  const word = t(active ? "archive.word" : "archive.restore");
  return (
    <>
      <Button size="sm" variant="default" onClick={() => setAsking(true)}>
        {word}
      </Button>
      <Confirm
        opened={asking}
        close={() => setAsking(false)}
        title={word}
        touches={t(active ? "archive.touches" : "archive.restores", { name: saved.name })}
        word={word}
        act={act}
      />
    </>
  );
}
