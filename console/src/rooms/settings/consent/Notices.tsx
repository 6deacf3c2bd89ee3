// The texts people were shown when they agreed: each version of each language as it was.
import { Button, NativeSelect, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { Asked, type Column, DataTable, SideSheet, UnsavedGuard, useDraft, useFmt } from "~/kit";
import { Opens } from "../Opens";
import { Part } from "../Part";
import { SaveBar } from "../SaveBar";
import classes from "../settings.module.css";
import { useSaving } from "../useSaving";
import { type Language, LANGUAGES, type Notice, noticesQuery, publish } from "./api";

interface Named {
  key: string;
  all: Notice[];
}

const NEW = " new";

export function Notices() {
  const { t } = useTranslation("settings");
  const may = useMay("consent.write");
  const known = useQuery(noticesQuery);
  const [open, setOpen] = useState<string>();
  const named = useMemo(() => group(known.data ?? []), [known.data]);
  const columns = useColumns(setOpen);
  const shown = named.find((one) => one.key === open);
  return (
    <Part
      title={t("consent.notices")}
      help={t("consent.noticesHelp")}
      action={
        may ? (
          <Button size="sm" variant="default" onClick={() => setOpen(NEW)}>
            {t("consent.newNotice")}
          </Button>
        ) : null
      }
    >
      <Asked of={known} empty={<Text c="dimmed">{t("consent.noNotices")}</Text>}>
        {() => (
          <DataTable
            label={t("consent.notices")}
            rows={named}
            columns={columns}
            rowKey={(one) => one.key}
            sorted="key"
          />
        )}
      </Asked>
      <SideSheet
        opened={open !== undefined}
        close={() => setOpen(undefined)}
        title={open === NEW ? t("consent.newNotice") : <bdi>{open}</bdi>}
      >
        {open === NEW ? <Writing all={known.data ?? []} done={setOpen} /> : null}
        {shown ? <Sheet key={shown.key} notice={shown} may={may} /> : null}
      </SideSheet>
    </Part>
  );
}

function group(all: Notice[]): Named[] {
  const keys = [...new Set(all.map((one) => one.key))];
  return keys.map((key) => ({ key, all: all.filter((one) => one.key === key) }));
}

/** The latest version in a language; none where nobody wrote it. */
function latest(all: Notice[], key: string, language: string): Notice | undefined {
  return all.filter((one) => one.key === key && one.language === language).at(-1);
}

function useColumns(open: (key: string) => void): Column<Named>[] {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  return useMemo(() => {
    const missing = (one: Named) =>
      LANGUAGES.filter((language) => !latest(one.all, one.key, language));
    return [
      {
        key: "key",
        head: t("consent.key"),
        cell: (one) => <Opens name={one.key} open={() => open(one.key)} />,
        sortBy: (one) => one.key,
      },
      {
        key: "languages",
        head: t("consent.language"),
        cell: (one) => {
          const lacks = missing(one).map((language) => t(`consent.languages.${language}`));
          const has = LANGUAGES.filter((language) => !missing(one).includes(language));
          return (
            <>
              {fmt.list(has.map((language) => t(`consent.languages.${language}`)))}
              {lacks.length ? (
                <Text size="sm" c="dimmed">
                  {t("consent.missing", { languages: fmt.list(lacks) })}
                </Text>
              ) : null}
            </>
          );
        },
      },
      {
        key: "versions",
        head: t("consent.versions"),
        cell: (one) => fmt.number(Math.max(...one.all.map((each) => each.version))),
        align: "right",
        wide: true,
      },
      {
        key: "since",
        head: t("consent.latest"),
        cell: (one) => fmt.dateTime(one.all.map((each) => each.valid_from).sort().at(-1) ?? ""),
        wide: true,
      },
    ];
  }, [t, fmt, open]);
}

function Sheet({ notice, may }: { notice: Named; may: boolean }) {
  const { t } = useTranslation("settings");
  const [language, choose] = useState<Language>(
    LANGUAGES.find((one) => latest(notice.all, notice.key, one)) ?? "tr",
  );
  const versions = notice.all.filter((one) => one.language === language).reverse();
  const [now, ...before] = versions;
  return (
    <Stack gap="lg">
      <NativeSelect
        data-autofocus
        label={t("consent.language")}
        value={language}
        onChange={(event) => choose(event.currentTarget.value as Language)}
        data={LANGUAGES.map((one) => ({ value: one, label: t(`consent.languages.${one}`) }))}
      />
      {now ? <Version notice={now} /> : null}
      {may ? (
        <Next key={language} name={notice.key} language={language} now={now} />
      ) : null}
      {before.length ? (
        <details>
          <summary>{t("consent.before")}</summary>
          <Stack gap="md" mt="sm">
            {before.map((one) => (
              <Version key={one.id} notice={one} />
            ))}
          </Stack>
        </details>
      ) : null}
    </Stack>
  );
}

function Version({ notice }: { notice: Notice }) {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  return (
    <div>
      <Text fw={550}>
        {t("consent.version", { n: notice.version, at: fmt.dateTime(notice.valid_from) })}
      </Text>
      <Text className={classes.shown} lang={notice.language} dir="auto">
        {notice.text}
      </Text>
      <Text size="sm" c="dimmed">
        {t("consent.fingerprint", { sha: notice.sha256.slice(0, 12) })}
      </Text>
    </div>
  );
}

/** The next version of a text that is there, begun from what stands now. */
function Next({ name, language, now }: { name: string; language: string; now: Notice | undefined }) {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const base = String(now?.version ?? 0);
  const draft = useDraft(`notice.${name}.${language}`, now?.text ?? "", base);
  const saving = useSaving(draft, base, {
    fresh: async () => {
      const all = await queries.fetchQuery({ ...noticesQuery, staleTime: 0 });
      return String(latest(all, name, language)?.version ?? 0);
    },
    save: (text) => publish(name, language, text),
    refresh: () => queries.invalidateQueries({ queryKey: ["notices"] }),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void saving.go();
      }}
    >
      <Stack gap="sm">
        <UnsavedGuard draft={draft} />
        <Textarea
          label={t("consent.nextVersion")}
          description={t("consent.publishHelp")}
          value={draft.value}
          onChange={(event) => draft.change(event.currentTarget.value)}
          autosize
          minRows={4}
          maxRows={14}
          maxLength={100_000}
        />
        <SaveBar draft={draft} saving={saving} unfit={!draft.value.trim()} word={t("consent.publish")} />
      </Stack>
    </form>
  );
}

/** A text of a name that nobody has used yet. */
function Writing({ all, done }: { all: Notice[]; done: (key: string) => void }) {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const draft = useDraft("notice.new", { key: "", language: "tr", text: "" }, "");
  const now = draft.value;
  const key = now.key.trim();
  const taken = all.some((one) => one.key === key);
  const saving = useSaving(draft, "", {
    fresh: async () => {
      const known = await queries.fetchQuery({ ...noticesQuery, staleTime: 0 });
      return latest(known, key, now.language) ? "taken" : "";
    },
    save: (work) => publish(key, work.language, work.text),
    refresh: async () => {
      await queries.invalidateQueries({ queryKey: ["notices"] });
      done(key);
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void saving.go();
      }}
    >
      <Stack gap="sm">
        <UnsavedGuard draft={draft} />
        <TextInput
          data-autofocus
          label={t("consent.key")}
          description={t("consent.keyHelp")}
          error={taken ? t("channels.taken") : undefined}
          value={now.key}
          onChange={(event) => draft.change({ ...now, key: event.currentTarget.value })}
          required
          maxLength={100}
          spellCheck={false}
        />
        <NativeSelect
          label={t("consent.language")}
          value={now.language}
          onChange={(event) => draft.change({ ...now, language: event.currentTarget.value })}
          data={LANGUAGES.map((one) => ({ value: one, label: t(`consent.languages.${one}`) }))}
        />
        <Textarea
          label={t("consent.text")}
          value={now.text}
          onChange={(event) => draft.change({ ...now, text: event.currentTarget.value })}
          autosize
          minRows={4}
          maxRows={14}
          required
          maxLength={100_000}
        />
        <SaveBar
          draft={draft}
          saving={saving}
          unfit={!key || taken || !now.text.trim()}
          word={t("consent.publish")}
        />
      </Stack>
    </form>
  );
}
