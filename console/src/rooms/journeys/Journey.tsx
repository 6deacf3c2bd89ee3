// One journey: its picture, its text, what it did, its versions; and what can be done with it.
import { Alert, Anchor, Badge, Button, Group, Tabs, Text } from "@mantine/core";
import { keepPreviousData, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Suspense, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAgain } from "~/api/again";
import { lazily } from "~/api/bring";
import { useLive } from "~/api/live";
import { useMay } from "~/api/me";
import { Asked, Empty, Page } from "~/kit";
import {
  draftQuery,
  type Drawn,
  dropDraft,
  listQuery,
  numbersQuery,
  outlineQuery,
  standingQuery,
  theirs,
  type VersionNumbers,
} from "./api";
import { Actions } from "./Actions";
import { type Behind, BehindSheet } from "./Behind";
import { Deed, type DeedName } from "./Deed";
import { Flow } from "./Flow";
import classes from "./journeys.module.css";
import { Publish } from "./Publish";
import { StateBadge } from "./StateBadge";
import { TextView } from "./TextView";
import { useText } from "./useText";
import { useUndoKeys } from "./useUndoKeys";

const Report = lazily(() => import("./Report"));
const Rehearse = lazily(() => import("./Rehearse"));
const Versions = lazily(() => import("./Versions"));

export default function Journey() {
  const { journey = "" } = useParams({ strict: false });
  const { t } = useTranslation("journeys");
  // The list says what there is, so that nothing is asked for in vain.
  const list = useQuery(listQuery);
  const listed = list.data?.find((one) => one.key === journey);
  const isOut = (listed?.version ?? 0) > 0;
  const standing = useQuery({ ...standingQuery(journey), enabled: isOut });
  const draft = useQuery({ ...draftQuery(journey), enabled: listed?.draft ?? false });
  if (list.isSuccess && !listed) {
    return (
      <Page title={journey}>
        <Empty title={t("unknown")} action={<Link to="/journeys">{t("title")}</Link>} />
      </Page>
    );
  }
  const missing = [list, isOut ? standing : list, listed?.draft ? draft : list].find(
    (one) => !one.isSuccess,
  );
  if (missing) {
    return (
      <Page title={listed?.name ?? journey}>
        <Asked of={missing as UseQueryResult<unknown>}>{() => null}</Asked>
      </Page>
    );
  }
  return (
    <Known
      key={journey}
      journey={journey}
      standing={isOut ? (standing.data ?? null) : null}
      draft={listed?.draft ? (draft.data ?? null) : null}
    />
  );
}

interface KnownProps {
  journey: string;
  standing: { name: string; state: string; version: number; text: string; inside: number } | null;
  draft: { text: string; edition: number; changed_at: string } | null;
}

function Known({ journey, standing, draft }: KnownProps) {
  const { t, i18n } = useTranslation("journeys");
  const mayEdit = useMay("journeys.edit");
  const live = standing?.text ?? "";
  const writing = useText(journey, draft?.text ?? live, draft?.edition ?? 0);
  const settled = useSettled(writing.text);
  const drawn = useQuery({
    ...outlineQuery(settled, i18n.language),
    placeholderData: keepPreviousData,
  });
  const numbers = useQuery({ ...numbersQuery(journey), enabled: standing !== null });
  useMoved(journey, standing !== null);
  const latest = numbers.data?.versions[0];
  const byStep = useMemo(() => new Map(latest?.steps.map((one) => [one.key, one])), [latest]);
  const [tab, setTab] = useState("flow");
  const [behind, open] = useState<Behind>();
  const [deed, setDeed] = useState<DeedName>();
  const [publishing, setPublishing] = useState(false);
  const picture = usePicture(drawn.data);
  const change = mayEdit ? writing.change : undefined;
  useUndoKeys(writing, mayEdit && tab === "flow");
  const again = () => {
    writing.forget();
    window.location.reload();
  };
  const state = standing?.state ?? "draft";
  const differs = writing.text !== live;
  const name = picture?.name || standing?.name || journey;
  const broken = (picture?.problems.length ?? 0) > 0;
  return (
    <Page
      full
      called={name}
      title={
        <Group gap="xs" component="span">
          <span dir="auto">{name}</span>
          <StateBadge state={state} />
          {differs && standing ? (
            <Badge size="sm" variant="default">
              {t("hasDraft")}
            </Badge>
          ) : null}
        </Group>
      }
      actions={
        <Actions
          state={state}
          writing={writing}
          mayEdit={mayEdit}
          ready={!broken && writing.saving === "saved" && (differs || state !== "live")}
          hasDraft={!!draft && !!standing && mayEdit}
          publish={() => setPublishing(true)}
          act={setDeed}
          drop={() => void dropDraft(journey).then(again)}
        />
      }
      below={
        <Tabs value={tab} onChange={(value) => setTab(value ?? "flow")}>
          <Tabs.List>
            {(["flow", "text", "report", "rehearse", "versions"] as const).map((one) => (
              <Tabs.Tab key={one} value={one}>
                {t(`tab.${one}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        </Tabs>
      }
    >
      {writing.saving === "elsewhere" ? (
        <Alert role="alert" variant="default" mb="sm" title={t("elsewhere.title")}>
          <Group gap="xs">
            <Button size="xs" variant="default" onClick={again}>
              {t("elsewhere.theirs")}
            </Button>
            <Button size="xs" variant="default" onClick={() => void overwrite(journey, writing.overwrite)}>
              {t("elsewhere.mine")}
            </Button>
          </Group>
        </Alert>
      ) : null}
      {broken && tab === "flow" ? (
        <Text className={classes.fault} role="status" mb="sm">
          {t("flow.problems", { count: picture?.problems.length ?? 0 })}{" "}
          <Anchor component="button" type="button" fz="inherit" onClick={() => setTab("text")}>
            {t("flow.mend")}
          </Anchor>
        </Text>
      ) : null}
      {tab === "flow" ? (
        <Asked of={drawn}>
          {(found) => (
            <Flow
              journey={journey}
              drawn={picture ?? found}
              settled={settled}
              text={writing.text}
              numbers={byStep}
              version={latest}
              open={open}
              undo={writing.undo}
              {...(change ? { change } : {})}
            />
          )}
        </Asked>
      ) : null}
      {tab === "text" ? (
        <TextView
          text={writing.text}
          problems={picture?.problems ?? []}
          {...(change ? { change } : {})}
        />
      ) : null}
      <Suspense>
        {tab === "report" ? (
          <Numbers of={numbers} isOut={standing !== null} open={open} />
        ) : null}
        {tab === "rehearse" ? (
          <Rehearse journey={journey} text={writing.text} isOut={standing !== null} />
        ) : null}
        {tab === "versions" ? <Versions journey={journey} text={writing.text} /> : null}
      </Suspense>
      {behind ? (
        <BehindSheet journey={journey} behind={behind} close={() => open(undefined)} />
      ) : null}
      {publishing ? (
        <Publish
          journey={journey}
          text={writing.text}
          live={state === "live" || state === "paused" ? (standing?.version ?? 0) : 0}
          steps={picture?.cards.map((one) => one.key) ?? []}
          close={() => setPublishing(false)}
        />
      ) : null}
      {deed ? (
        <Deed
          journey={journey}
          deed={deed}
          live={standing?.version ?? 0}
          name={name}
          close={() => setDeed(undefined)}
        />
      ) : null}
    </Page>
  );
}

/** Asks for the numbers anew when somebody of this journey has moved. */
function useMoved(journey: string, isOut: boolean): void {
  const told = useLive<{ journey: string }[]>(isOut ? "journeys" : null);
  const mine = told && JSON.stringify(told.filter((one) => one.journey === journey));
  useAgain(numbersQuery(journey).queryKey, mine);
}

interface NumbersProps {
  of: UseQueryResult<{ versions: VersionNumbers[] } | null>;
  isOut: boolean;
  open: (behind: Behind) => void;
}

function Numbers({ of, isOut, open }: NumbersProps) {
  if (!isOut) return <Report versions={[]} open={open} />;
  return <Asked of={of}>{(told) => <Report versions={told?.versions ?? []} open={open} />}</Asked>;
}

/** The text a moment after the last change, so that typing never waits for its picture. */
function useSettled(text: string): string {
  const [settled, settle] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => settle(text), 250);
    return () => window.clearTimeout(timer);
  }, [text]);
  return settled;
}

/** The picture; of a text that cannot be drawn just now the one before, with what is wrong now. */
function usePicture(drawn: Drawn | undefined): Drawn | undefined {
  const last = useRef<Drawn>(undefined);
  const before = last.current;
  const picture = useMemo(() => {
    const isGone = drawn && !drawn.cards.length && drawn.problems.length > 0;
    return isGone && before ? { ...before, problems: drawn.problems } : drawn;
  }, [drawn]); // eslint-disable-line react-hooks/exhaustive-deps
  useEffect(() => {
    if (picture?.cards.length) last.current = picture;
  }, [picture]);
  return picture;
}

/** Writes over what somebody else kept meanwhile, on purpose. */
async function overwrite(journey: string, write: (edition: number) => void) {
  write((await theirs(journey))?.edition ?? 0);
}
