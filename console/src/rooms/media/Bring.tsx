// Where pictures are brought in: by a button, by dropping or pasting them; and what became of each.
import { Button, FileButton, Group, Progress, Text } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "~/api/client";
import { useFmt } from "~/kit";
import { MOST_BYTES, TAKEN } from "./api";
import classes from "./media.module.css";
import { isUnderWay, type Upload, type Uploads } from "./useUploads";

const MEGABYTE = 1024 * 1024;

export function Bring({ uploads }: { uploads: Uploads }) {
  const { t } = useTranslation("media");
  const [over, setOver] = useState(false);
  const add = useRef(uploads.add);
  add.current = uploads.add;
  useEffect(() => {
    const take = (event: Event, given: DataTransfer | null) => {
      setOver(false);
      if (!given?.files.length) return;
      event.preventDefault();
      add.current([...given.files]);
    };
    const paste = (event: ClipboardEvent) => {
      // Word and Excel put a picture of the text beside the text: that is no picture to bring in.
      if (!event.clipboardData?.getData("text/plain")) take(event, event.clipboardData);
    };
    const drop = (event: DragEvent) => take(event, event.dataTransfer);
    const hover = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      // Wherever on the page: a file that misses the place would open instead of the page.
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!event.relatedTarget) setOver(false);
    };
    const heard = { paste, drop, dragover: hover, dragleave: leave };
    for (const [name, hear] of Object.entries(heard)) {
      document.addEventListener(name, hear as EventListener);
    }
    return () => {
      for (const [name, hear] of Object.entries(heard)) {
        document.removeEventListener(name, hear as EventListener);
      }
    };
  }, []);
  return (
    <section
      className={classes.bring}
      aria-label={t("bring.label")}
      data-over={over}
    >
      <Group gap="sm" wrap="wrap">
        <FileButton multiple accept={TAKEN} onChange={(files) => uploads.add(files)}>
          {(props) => (
            <Button {...props} size="sm" leftSection={<IconUpload size={16} aria-hidden />}>
              {t("bring.button")}
            </Button>
          )}
        </FileButton>
        <div className={classes.grow}>
          <Text size="sm">{t("bring.drop")}</Text>
          <Text size="sm" c="dimmed">
            {t("bring.says", { count: MOST_BYTES / MEGABYTE })}
          </Text>
        </div>
      </Group>
      {uploads.list.length ? <Fates uploads={uploads} /> : null}
    </section>
  );
}

/** What became of each file so far. */
export function Fates({ uploads }: { uploads: Uploads }) {
  const { t } = useTranslation("media");
  const done = uploads.list.filter((one) => !isUnderWay(one));
  return (
    <>
      <ul className={classes.uploads} aria-label={t("bring.list")}>
        {uploads.list.map((one) => (
          <li key={one.id}>
            <One of={one} again={() => uploads.again(one.id)} />
          </li>
        ))}
      </ul>
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed" role="status">
          {t("bring.count", { count: uploads.list.length, done: done.length })}
        </Text>
        {done.length ? (
          <Button size="compact-sm" variant="subtle" onClick={uploads.clear}>
            {t("bring.clear")}
          </Button>
        ) : null}
      </Group>
    </>
  );
}

function One({ of, again }: { of: Upload; again: () => void }) {
  const { t } = useTranslation("media");
  const fmt = useFmt();
  const { state, share } = of;
  const failed = state === "failed" || state === "large";
  const sent = state === "sending" && share < 1;
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <Text size="sm" dir="auto" className={classes.fileName}>
        {of.name}
      </Text>
      <div className={classes.grow}>
        {isUnderWay(of) ? (
          <Progress
            value={share * 100}
            animated={state === "sending" && !sent}
            mt={6}
            aria-label={t("bring.progress", { name: of.name })}
          />
        ) : null}
        <Text size="sm" role={failed ? "alert" : undefined} data-state={state} className={classes.fate}>
          {failed ? said(of, t) : t(sent ? "bring.sent" : fate(state), { share: fmt.percent(share, 0) })}
        </Text>
      </div>
      {state === "failed" && mayPass(of.problem) ? (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={t("bring.againOne", { name: of.name })}
          onClick={again}
        >
          {t("bring.again")}
        </Button>
      ) : null}
    </Group>
  );
}

/** No connection, a session that ended, a busy server; a file that is unfit stays so. */
function mayPass(problem: unknown): boolean {
  return !(problem instanceof Problem) || [0, 401].includes(problem.status) || problem.status >= 500;
}

function fate(state: Upload["state"]) {
  if (state === "done") return "bring.done";
  if (state === "known") return "bring.known";
  return state === "waiting" ? "bring.waiting" : "bring.reading";
}

function said(of: Upload, t: ReturnType<typeof useTranslation<"media">>["t"]): string {
  if (of.state === "large") return t("bring.large", { count: MOST_BYTES / MEGABYTE });
  const problem = of.problem instanceof Problem ? of.problem : null;
  if (problem?.message) return problem.message;
  return problem?.code === "offline" ? t("bring.offline") : t("bring.failed");
}
