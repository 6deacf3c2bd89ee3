// One segment: its rule as nested groups, who it is about while it is written, and what it was before.
import { Badge, Button, Group, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Problem } from "~/api/client";
import { useMay } from "~/api/me";
import { Asked, Elsewhere, Empty, Failed, Page, UnsavedGuard, useDraft } from "~/kit";
import { segmentQuery, type Whole } from "./api";
import { Audiences } from "./Audiences";
import { Builder } from "./Builder";
import { Days } from "./Days";
import { Uses, Versions } from "./History";
import { Keeping } from "./Keeping";
import { Members } from "./Members";
import { Overlap } from "./Overlap";
import { Receiver } from "./Receiver";
import { RuleBar } from "./RuleBar";
import classes from "./segments.module.css";
import { Sample, Told, useTold } from "./Told";
import { type Fault, type Node, unread } from "./tree";
import { useSaving } from "./useSaving";
import { useUndo } from "./useUndo";

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
  const active = saved.state === "active";
  const asked = JSON.stringify(tree ? { tree } : { segment: saved.key });
  const telling = useTold(asked);
  const saving = useSaving(saved, draft.value, draft.done);
  const faults: Fault[] = telling.faults.length ? telling.faults : saving.faults;
  const change = (part: Partial<Work>) => draft.change({ ...draft.value, ...part });
  const undoing = useUndo(tree, (next) => change({ tree: next }), may);
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
          <Keeping saved={saved} people={draft.dirty ? undefined : telling.told?.count} />
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
      <Elsewhere
        saving={saving}
        title={t("elsewhere.title")}
        theirs={t("elsewhere.theirs")}
        mine={t("elsewhere.mine")}
        mb="sm"
      />
      {saving.error ? <Failed error={saving.error} /> : null}
      <div className={classes.split}>
        {/* Nothing is typed between sending and its answer: it would be taken for saved. */}
        <fieldset className={classes.fields} disabled={!may || saving.busy}>
          <legend className="k-hidden">{t("rule.title")}</legend>
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
            <>
              {may ? <RuleBar tree={tree} undoing={undoing} /> : null}
              <Builder tree={tree} faults={faults} change={undoing.change} />
              {may ? (
                <Text size="xs" c="dimmed" mt={6}>
                  {t("rule.keys")}
                </Text>
              ) : null}
            </>
          ) : (
            <Text className={`k-card ${classes.told}`}>{t("listSays")}</Text>
          )}
          {!tree && may ? <Members segment={saved.key} name={saved.name} /> : null}
        </fieldset>
        <div className={classes.side}>
          <Told telling={telling} />
        </div>
      </div>
      {active ? (
        <div className={classes.across}>
          <Overlap segment={saved.key} asked={asked} />
        </div>
      ) : null}
      <div className={classes.below}>
        <Sample telling={telling} />
        {tree ? <Days segment={saved.key} /> : null}
        <Uses segment={saved.key} />
      </div>
      <div className={classes.below}>
        <Receiver segment={saved.key} active={active} />
        <Audiences segment={saved.key} active={active} />
      </div>
      {tree ? (
        <div className={classes.across}>
          <Versions
            segment={saved.key}
            version={saved.version}
            {...(may ? { take: (past) => undoing.change(past.tree as Node) } : {})}
          />
        </div>
      ) : null}
    </Page>
  );
}
