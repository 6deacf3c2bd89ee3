// One message: its texts for each channel and language, how each is read, and who lets it go live.
import { Badge, Button, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { lazily } from "~/api/bring";
import { Problem } from "~/api/client";
import { useMay } from "~/api/me";
import { queries } from "~/api/queries";
import { Asked, Confirm, Elsewhere, Empty, Failed, Page, UnsavedGuard, useDraft } from "~/kit";
import { type Base, baseQuery, listQuery, refresh, save, waitingQuery } from "./api";
import { Approval } from "./Approval";
import { baseOf, keptOf, type Work } from "./drafts";
import { Editor } from "./Editor";
import { type Definition, tidied } from "./shape";
import { StateBadge } from "./StateBadge";
import { Users } from "./Users";

const About = lazily(() => import("./About"));
const Versions = lazily(() => import("./Versions"));
const TestSend = lazily(() => import("./TestSend"));

export default function Message() {
  const { message = "" } = useParams({ strict: false });
  const { t } = useTranslation("messages");
  const found = useQuery(baseQuery(message));
  if (!found.data) {
    return (
      <Page title={message}>
        <Asked of={found}>{() => null}</Asked>
      </Page>
    );
  }
  const start = startOf(found.data) ?? keptOf(message);
  if (!start) {
    return (
      <Page title={message}>
        <Empty title={t("unknown")} action={<Link to="/messages">{t("title")}</Link>} />
      </Page>
    );
  }
  return (
    <Asked of={found}>{(base) => <Known key={message} base={base} start={start} />}</Asked>
  );
}

/** What somebody goes on with: the text that waits, else what is live. */
function startOf({ live, proposal }: Base): Definition | null {
  if (proposal) return JSON.parse(proposal.text) as Definition;
  return live ? (live.definition as unknown as Definition) : null;
}

type Sheet = "about" | "versions" | "test" | "drop";

function Known({ base, start }: { base: Base; start: Definition }) {
  const { t } = useTranslation("messages");
  const mayEdit = useMay("journeys.edit");
  const maySee = useMay("people.read");
  const go = useNavigate();
  const { live, proposal } = base;
  const version = live?.version ?? 0;
  const isNew = !live && !proposal;
  const began: Work = { definition: start, from: version, proposal: proposal?.id ?? "" };
  const draft = useDraft<Work>(`message.${start.key}`, began, baseOf(version, began.proposal));
  const { definition } = draft.value;
  const change = (next: Definition) => draft.change({ ...draft.value, definition: next });
  const saving = useSaving(draft.value, draft.done);
  const [sheet, setSheet] = useState<Sheet | null>(null);
  const shut = () => setSheet(null);
  const drop = async () => {
    draft.done();
    if (isNew) await go({ to: "/messages" });
  };
  return (
    <Page
      full
      called={definition.name}
      title={
        <Group gap="xs" component="span">
          <span dir="auto">{definition.name}</span>
          {live ? <StateBadge state="live" version={version} /> : null}
          {proposal ? <StateBadge state="waiting" version={version} /> : null}
          {isNew ? <StateBadge state="unsaved" version={0} /> : null}
          <Badge variant="default" size="sm">
            {t(definition.purpose === "transactional" ? "purpose.transactional" : "purpose.marketing")}
          </Badge>
        </Group>
      }
      actions={
        <>
          <Button size="sm" variant="default" onClick={() => setSheet("about")}>
            {t("about.button")}
          </Button>
          {live ? (
            <Button size="sm" variant="default" onClick={() => setSheet("versions")}>
              {t("versions.title")}
            </Button>
          ) : null}
          {live && mayEdit && maySee ? (
            <Button size="sm" variant="default" onClick={() => setSheet("test")}>
              {t("test.button")}
            </Button>
          ) : null}
          {draft.dirty && mayEdit ? (
            <Button size="sm" variant="default" onClick={() => setSheet("drop")}>
              {t("drop.button")}
            </Button>
          ) : null}
          {mayEdit ? (
            <Button
              size="sm"
              loading={saving.busy}
              disabled={!draft.dirty || !definition.name.trim()}
              onClick={() => void saving.go(draft.value.from)}
            >
              {t("save")}
            </Button>
          ) : null}
        </>
      }
      below={live ? <UsedBy message={start.key} /> : undefined}
    >
      {isNew ? null : <UnsavedGuard draft={draft} />}
      {proposal ? <Approval proposal={proposal} live={live} /> : null}
      <Elsewhere
        saving={saving}
        title={t("elsewhere.title")}
        theirs={t("elsewhere.theirs")}
        mine={t("elsewhere.mine")}
        mb="sm"
      />
      {saving.error ? <Failed error={saving.error} /> : null}
      <Editor
        definition={definition}
        mayEdit={mayEdit}
        busy={saving.busy}
        change={change}
        refused={saving.refused}
        about={() => setSheet("about")}
      />
      <Suspense>
        {sheet === "about" ? (
          <About definition={definition} close={shut} {...(mayEdit ? { change } : {})} />
        ) : null}
        {sheet === "versions" && live ? (
          <Versions
            live={live}
            close={shut}
            {...(mayEdit ? { take: change } : {})}
          />
        ) : null}
        {sheet === "test" && live ? (
          <TestSend live={live} unsaved={draft.dirty || proposal !== null} close={shut} />
        ) : null}
      </Suspense>
      <Confirm
        opened={sheet === "drop"}
        close={shut}
        title={t("drop.title")}
        touches={t(isNew ? "drop.touchesAll" : "drop.touches")}
        word={t("drop.button")}
        act={drop}
      />
    </Page>
  );
}

/** Whoever changes a message changes what these send. */
function UsedBy({ message }: { message: string }) {
  const { t } = useTranslation("messages");
  const found = useQuery(listQuery);
  const users = found.data?.find((one) => one.key === message)?.users ?? [];
  if (!users.length) return null;
  return (
    <Group gap={6}>
      <Text size="sm" c="dimmed">
        {t("users.here")}
      </Text>
      <Users of={users} />
    </Group>
  );
}

function useSaving(work: Work, done: () => void) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [elsewhere, setElsewhere] = useState(false);
  const key = work.definition.key;
  const now = () => queries.fetchQuery({ ...baseQuery(key), staleTime: 0 });
  const problem = error instanceof Problem ? error : undefined;
  const go = async (from?: number) => {
    setBusy(true);
    setError(undefined);
    setElsewhere(false);
    try {
      // A text that waits is replaced by the next one: whoever has not seen it is told first.
      const waiting = await queries.fetchQuery({ ...waitingQuery, staleTime: 0 });
      const theirs = waiting.find((one) => one.key === key)?.id ?? "";
      if (from !== undefined && theirs && theirs !== work.proposal) {
        setElsewhere(true);
        return;
      }
      const version = from ?? (await now()).live?.version ?? 0;
      await save(tidied(work.definition), version);
      await now();
      done();
      void refresh();
    } catch (failure) {
      if (failure instanceof Problem && failure.code === "content.message_changed_meanwhile") {
        setElsewhere(true);
      } else setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return {
    busy,
    elsewhere,
    /** The server would not take it as it stands: its reasons are shown at their places. */
    refused: Boolean(problem?.problems.length),
    error: problem?.problems.length ? undefined : error,
    go,
    /** What the other one saved, instead of mine. */
    theirs: () => {
      setElsewhere(false);
      done();
      void refresh();
    },
    /** Mine over it, on purpose; the other one stays among the versions. */
    mine: () => go(),
  };
}
