// The form of a campaign with what it looks like beside it; judged by the server while it is typed.
import { Alert, Button, Group, Tabs, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ComponentType, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { lazily } from "~/api/bring";
import { useMay } from "~/api/me";
import { Confirm, Elsewhere, Failed, Page, useFmt } from "~/kit";
import { judgedQuery, type Kept, noDraft, type Whole } from "./api";
import { StateBadge } from "./Campaigns";
import { Deeds } from "./Deeds";
import { Look } from "./Look";
import classes from "./onsite.module.css";
import { Preview } from "./Preview";
import { type Fault, languagesOf, type Part, PARTS, partOf, stateOf, textsOf, type Wanted } from "./shape";
import { Texts } from "./Texts";
import { useSaving } from "./useSaving";
import { useWork, type Writing } from "./useWork";
import { When } from "./When";
import { Whom } from "./Whom";

const Results = lazily(() => import("./Results"));
const Versions = lazily(() => import("./Versions"));
const PAUSE_MS = 250;
const FORMS: Record<Part, ComponentType<FormProps>> = { texts: Texts, look: Look, when: When, whom: Whom };

/** What every part of the form is given. */
export interface FormProps {
  wanted: Wanted;
  put: (part: Partial<Wanted>) => void;
  /** What is wrong at a place, in a sentence. */
  wrong: (path: string) => string | undefined;
  /** What should be looked at again there. */
  doubtful: (path: string) => string | undefined;
  /** Which of its texts is shown beside the form. */
  variant: number;
  setVariant: (at: number) => void;
}

interface Props {
  saved: Wanted;
  whole: Whole | null;
  /** The draft on the server. */
  kept: Kept | null;
}

export default function Editor({ saved, whole, kept }: Props) {
  const { t, i18n } = useTranslation("onsite");
  const go = useNavigate();
  const archived = whole?.archived_at != null;
  const mayEdit = useMay("journeys.edit") && !archived;
  const version = whole?.version ?? 0;
  const draft = useWork(saved.key, { wanted: saved, from: version }, kept);
  const { wanted } = draft.value;
  const saving = useSaving(draft);
  const state = whole ? stateOf(whole) : kept ? "draft" : "unsaved";
  const [chosen, setVariant] = useState(0);
  const [part, setPart] = useState<string | null>("texts");
  const [asked, ask] = useState<"drop" | "versions" | null>(null);
  const texts = textsOf(wanted);
  const variant = Math.min(chosen, texts.length - 1);
  const [settled] = useDebouncedValue(wanted, PAUSE_MS);
  const judged = useQuery(judgedQuery(settled, variant, i18n.language));
  const faults: Fault[] = judged.data?.problems ?? [];
  const doubts: Fault[] = judged.data?.warnings ?? [];
  const put = (some: Partial<Wanted>) =>
    draft.change({ ...draft.value, wanted: { ...wanted, ...some } });
  const form: FormProps = {
    wanted,
    put,
    wrong: (path) => sentence(faults, path),
    doubtful: (path) => sentence(doubts, path),
    variant,
    setVariant,
  };
  const drop = async () => {
    await draft.drop();
    if (!version) await go({ to: "/onsite" as string });
    await noDraft(saved.key);
  };
  return (
    <Page
      called={wanted.name}
      title={
        <Group gap="xs" component="span">
          <span dir="auto" className={classes.name}>
            {wanted.name}
          </span>
          <StateBadge state={state} />
        </Group>
      }
      actions={
        <Deeds
          wanted={wanted}
          whole={whole}
          dirty={draft.dirty || !version}
          faults={faults.length}
          publish={saving.go}
          drop={() => ask("drop")}
          versions={() => ask("versions")}
        />
      }
      below={
        <Text c="dimmed">
          {t(archived ? "one.saysArchived" : version ? "one.says" : "one.saysNew")}{" "}
          <span role="status">{draft.dirty && !archived ? t(`keep.${draft.keeping}`) : null}</span>
        </Text>
      }
    >
      {archived ? null : <Found draft={draft} version={version} drop={() => ask("drop")} />}
      <Elsewhere
        saving={{ elsewhere: draft.keeping === "elsewhere", theirs: () => void draft.theirs(), mine: draft.mine }}
        title={t("keep.title")}
        theirs={t("keep.theirs")}
        mine={t("keep.mine")}
        mb="sm"
      />
      <Elsewhere
        saving={saving}
        title={t("elsewhere.title")}
        theirs={t("elsewhere.theirs")}
        mine={t("elsewhere.mine")}
        mb="sm"
      />
      {saving.error ? <Failed error={saving.error} /> : null}
      {judged.isError ? <Failed error={judged.error} again={() => void judged.refetch()} /> : null}
      <div className={classes.both}>
        <Tabs value={part} onChange={setPart} keepMounted={false} className={classes.form}>
          <Tabs.List mb="md">
            {PARTS.map((one) => (
              <Tabs.Tab key={one} value={one}>
                {t(`part.${one}`)}
                <Count of={faults.filter((fault) => partOf(fault) === one).length} />
              </Tabs.Tab>
            ))}
            {version ? <Tabs.Tab value="results">{t("part.results")}</Tabs.Tab> : null}
          </Tabs.List>
          {PARTS.map((one) => {
            const Form = FORMS[one];
            return (
              <Tabs.Panel key={one} value={one}>
                <fieldset disabled={!mayEdit} className={classes.fields}>
                  <Form {...form} />
                </fieldset>
                <Others
                  of={[...faults, ...doubts].filter((fault) => !fault.path && partOf(fault) === one)}
                />
              </Tabs.Panel>
            );
          })}
          <Tabs.Panel value="results">
            <Suspense>
              <Results campaign={saved.key} variants={texts} />
            </Suspense>
          </Tabs.Panel>
        </Tabs>
        <Preview
          wanted={wanted}
          variant={variant}
          languages={languagesOf(texts[variant])}
          judged={judged.data}
          mayEdit={mayEdit}
        />
      </div>
      <Suspense>
        {asked === "versions" && whole ? (
          <Versions
            live={whole}
            close={() => ask(null)}
            {...(mayEdit ? { take: (past: Wanted) => draft.change({ wanted: past, from: draft.value.from }) } : {})}
          />
        ) : null}
      </Suspense>
      <Confirm
        opened={asked === "drop"}
        close={() => ask(null)}
        title={t("drop.button")}
        touches={t(version ? "drop.touches" : "drop.touchesAll")}
        word={t("drop.button")}
        act={drop}
      />
    </Page>
  );
}

/** That this is a draft of an earlier visit or of somebody else, and what became of the live one. */
function Found({ draft, version, drop }: { draft: Writing; version: number; drop: () => void }) {
  const { t } = useTranslation("onsite");
  const fmt = useFmt();
  const isBehind = draft.dirty && draft.value.from !== version;
  if (!isBehind && !(draft.foundAt && version)) return null;
  return (
    <Alert role="status" variant="default" mb="sm" py="xs">
      <Group justify="space-between" gap="xs">
        <Text>{isBehind ? t("keep.behind") : t("keep.found", { when: fmt.dateTime(draft.foundAt ?? 0) })}</Text>
        <Button size="xs" variant="default" onClick={drop}>
          {t("drop.button")}
        </Button>
      </Group>
    </Alert>
  );
}

function sentence(faults: Fault[], path: string): string | undefined {
  return faults.filter((one) => one.path === path).map((one) => one.message).join(" ") || undefined;
}

function Count({ of }: { of: number }) {
  const { t } = useTranslation("onsite");
  return of ? <span className={classes.count}>{t("toMend", { count: of })}</span> : null;
}

/** What is wrong with the whole, at no field. */
function Others({ of }: { of: Fault[] }) {
  return of.map((one, at) => (
    <Text key={`${at} ${one.code}`} size="sm" mt="sm" role="status" className={classes.fault}>
      {one.message}
    </Text>
  ));
}
