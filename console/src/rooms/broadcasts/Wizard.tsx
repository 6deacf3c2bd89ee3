// A draft, step by step: whom, what, when, a test, a look at what would happen, the start.
import { Alert, Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle, IconArrowLeft, IconArrowRight } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { Confirm, Elsewhere, Failed, Page, UnsavedGuard, useDraft } from "~/kit";
import { Status } from "./Broadcasts";
import classes from "./broadcasts.module.css";
import type { Work } from "./drafts";
import { type Fault, isOfServer, isStep, type Step, STEPS, stepOf, type Wanted } from "./shape";
import { useSaving } from "./useSaving";
import { What } from "./What";
import { When } from "./When";
import { Whom } from "./Whom";

const Test = lazy(() => import("./Test"));
const Check = lazy(() => import("./Check"));
const Begin = lazy(() => import("./Begin"));

interface Props {
  broadcast: string;
  saved: Wanted;
  /** 0 while only this browser has it. */
  version: number;
  status: string;
  problem: string;
}

/** What every step of the form is given. */
export interface FormProps {
  wanted: Wanted;
  put: (part: Partial<Wanted>) => void;
  /** What is wrong at a place or below it, in a sentence. */
  wrong: (path: string) => string | undefined;
}

export default function Wizard({ broadcast, saved, version, status, problem }: Props) {
  const { t } = useTranslation("broadcasts");
  const { t: reason } = useTranslation("journeys");
  const mayEdit = useMay("journeys.edit");
  const go = useNavigate();
  const asked = (useSearch({ strict: false }) as { step?: unknown }).step;
  const draft = useDraft<Work>(`broadcast.${broadcast}`, { wanted: saved, from: version }, String(version));
  const { wanted } = draft.value;
  const saving = useSaving(draft.value, draft.done);
  const [dropping, setDropping] = useState(false);
  const isSaved = version > 0 && !draft.dirty;
  const step: Step = isStep(asked) && (isSaved || !isOfServer(asked)) ? asked : "whom";
  const show = (next: Step) =>
    void go({ to: `/broadcasts/${broadcast}` as string, search: { step: next } as never, replace: true });
  /** Later steps are about what the server has: what is written goes there first. */
  const walk = async (next: Step) => {
    if (!isOfServer(next) || isSaved) return show(next);
    const faults = await saving.go();
    if (faults === null) show(next);
    else if (faults[0]) show(stepOf(faults[0]));
  };
  const at = STEPS.indexOf(step);
  const before = STEPS[at - 1];
  const after = STEPS[at + 1];
  const form: FormProps = {
    wanted,
    put: (part) => draft.change({ ...draft.value, wanted: { ...wanted, ...part } }),
    wrong: (path) => sentence(saving.faults, path),
  };
  return (
    <Page
      called={wanted.name}
      title={
        <Group gap="xs" component="span">
          <span dir="auto">{wanted.name}</span>
          <Status status={version ? status : "unsaved"} />
        </Group>
      }
      actions={
        mayEdit && (draft.dirty || !version) ? (
          <>
            <Button size="sm" variant="default" onClick={() => setDropping(true)}>
              {t("drop.button")}
            </Button>
            <Button size="sm" variant="default" loading={saving.busy} onClick={() => void saving.go()}>
              {t("save")}
            </Button>
          </>
        ) : null
      }
    >
      {version ? <UnsavedGuard draft={draft} /> : null}
      {problem ? (
        <Alert role="alert" variant="default" mb="sm" icon={<IconAlertTriangle aria-hidden />}>
          {reason(`way.${problem as "delivery.expired"}`, { defaultValue: t("one.problem", { code: problem }) })}
        </Alert>
      ) : null}
      {status === "scheduled" ? (
        <Alert variant="default" mb="sm" py="xs">
          {t("one.again")}
        </Alert>
      ) : null}
      <Elsewhere
        saving={saving}
        title={t("elsewhere.title")}
        theirs={t("elsewhere.theirs")}
        mine={t("elsewhere.mine")}
        mb="sm"
      />
      {saving.error ? <Failed error={saving.error} /> : null}
      <Steps step={step} faults={saving.faults} walk={(one) => void walk(one)} />
      <div className={classes.step}>
        <Suspense
          fallback={
            <Text role="status" aria-busy="true">
              {t("loading")}
            </Text>
          }
        >
          <Content step={step} form={form} mayEdit={mayEdit} version={version} />
        </Suspense>
      </div>
      <Group justify="space-between" className={classes.feet}>
        {before ? (
          <Button
            variant="default"
            leftSection={<IconArrowLeft size={16} aria-hidden />}
            onClick={() => show(before)}
          >
            {t(`step.${before}`)}
          </Button>
        ) : (
          <span />
        )}
        {after ? (
          <Button
            loading={saving.busy}
            rightSection={<IconArrowRight size={16} aria-hidden />}
            onClick={() => void walk(after)}
          >
            {t(isOfServer(after) && !isSaved ? "saveAnd" : "next", { step: t(`step.${after}`) })}
          </Button>
        ) : null}
      </Group>
      <Confirm
        opened={dropping}
        close={() => setDropping(false)}
        title={t("drop.button")}
        touches={t(version ? "drop.touches" : "drop.touchesAll")}
        word={t("drop.button")}
        act={async () => {
          draft.done();
          if (!version) await go({ to: "/broadcasts" as string });
        }}
      />
    </Page>
  );
}

function sentence(faults: Fault[], path: string): string | undefined {
  const mine = faults.filter((one) => one.path === path || one.path.startsWith(`${path}/`));
  return mine.map((one) => one.message).join(" ") || undefined;
}

interface StepsProps {
  step: Step;
  faults: Fault[];
  walk: (step: Step) => void;
}

/** Where one is, and what is wrong on which step; each can be gone to. */
function Steps({ step, faults, walk }: StepsProps) {
  const { t } = useTranslation("broadcasts");
  return (
    <nav aria-label={t("step.all")}>
      <ol className={classes.steps}>
        {STEPS.map((one, at) => {
          const wrong = faults.filter((fault) => stepOf(fault) === one).length;
          return (
            <li key={one} data-here={one === step}>
              <button
                type="button"
                aria-current={one === step ? "step" : undefined}
                onClick={() => walk(one)}
              >
                <span className={classes.place} aria-hidden>
                  {at + 1}
                </span>
                {t(`step.${one}`)}
                {wrong ? <span className={classes.wrong}>{t("step.wrong", { count: wrong })}</span> : null}
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

interface ContentProps {
  step: Step;
  form: FormProps;
  mayEdit: boolean;
  version: number;
}

function Content({ step, form, mayEdit, version }: ContentProps): ReactNode {
  const key = form.wanted.key;
  if (step === "test") return <Test wanted={form.wanted} />;
  if (step === "check") return <Check broadcast={key} version={version} wanted={form.wanted} />;
  if (step === "start") return <Begin broadcast={key} version={version} wanted={form.wanted} />;
  const parts = { whom: <Whom {...form} />, what: <What {...form} />, when: <When {...form} /> };
  return (
    <fieldset disabled={!mayEdit} className={classes.fields}>
      {parts[step]}
    </fieldset>
  );
}
