// The topics people can choose on their own page, in the order in which they see them.
import { ActionIcon, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconArrowUp, IconPlus, IconX } from "@tabler/icons-react";
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { useMay } from "~/api/me";
import { Asked, Empty, UnsavedGuard, useDraft } from "~/kit";
import { Bar } from "../Bar";
import { SaveBar } from "../SaveBar";
import { useSaving } from "../useSaving";
import { LANGUAGES, Seen, type Topic } from "./Seen";
import own from "./topics.module.css";

const MOST = 50;

const topicsQuery = queryOptions({
  queryKey: ["topics"],
  queryFn: async () => {
    const answer = await api.GET("/v1/topics");
    return { topics: take(answer), edition: answer.response.headers.get("etag") ?? "*" };
  },
});

export default function Topics() {
  const { t } = useTranslation("settings");
  const known = useQuery(topicsQuery);
  return (
    <>
      <Bar about={t("about.topics")} />
      <Asked of={known} isEmpty={() => false}>
        {(known) => <Form saved={known.topics} edition={known.edition} />}
      </Asked>
    </>
  );
}

function Form({ saved, edition }: { saved: Topic[]; edition: string }) {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const may = useMay("consent.write");
  const draft = useDraft("topics", saved, edition);
  const now = draft.value;
  const saving = useSaving(draft, edition, {
    save: (topics, match) =>
      api.PUT("/v1/topics", { params: { header: { "if-match": match } }, body: topics }),
    refresh: () => queries.invalidateQueries({ queryKey: ["topics"] }),
  });
  const put = (at: number, topic: Topic) =>
    draft.change(now.map((one, i) => (i === at ? topic : one)));
  const up = (at: number) =>
    draft.change(now.map((one, i) => (i === at - 1 ? now[at] : i === at ? now[at - 1] : one) as Topic));
  const whole = now.every(
    (one) => one.key.trim() && LANGUAGES.every((language) => one.names[language]?.trim()),
  );
  const add = may ? (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconPlus size={14} aria-hidden />}
      disabled={now.length >= MOST}
      onClick={() => draft.change([...now, { key: "", names: { tr: "", az: "", en: "" } }])}
    >
      {t("topics.add")}
    </Button>
  ) : null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void saving.go();
      }}
    >
      <UnsavedGuard draft={draft} />
      {now.length ? null : (
        <Empty title={t("topics.none")} action={add}>
          {t("topics.noneHelp")}
        </Empty>
      )}
      <div className={own.both}>
        <div className={own.form}>
          {now.length ? (
            <fieldset className={`k-card ${own.topics}`} disabled={!may || saving.busy}>
              <legend className="k-hidden">{t("tab.topics")}</legend>
              <div className={own.heads} aria-hidden>
                <span>{t("topics.key")}</span>
                {LANGUAGES.map((language) => (
                  <span key={language}>{t(`topics.${language}`)}</span>
                ))}
              </div>
              <ol className={own.rows}>
                {now.map((topic, at) => (
                  <li key={at} className={own.row}>
                    <TextInput
                      label={t("topics.key")}
                      classNames={{ label: own.label ?? "" }}
                      value={topic.key}
                      onChange={(event) => put(at, { ...topic, key: event.currentTarget.value })}
                      required
                      maxLength={60}
                      spellCheck={false}
                    />
                    {LANGUAGES.map((language) => (
                      <TextInput
                        key={language}
                        label={t(`topics.${language}`)}
                        classNames={{ label: own.label ?? "" }}
                        lang={language}
                        value={topic.names[language] ?? ""}
                        onChange={(event) =>
                          put(at, {
                            ...topic,
                            names: { ...topic.names, [language]: event.currentTarget.value },
                          })
                        }
                        required
                        maxLength={80}
                      />
                    ))}
                    {may ? (
                      <Group gap={4} wrap="nowrap" justify="flex-end" className={own.acts}>
                        <ActionIcon
                          variant="subtle"
                          color="gray"
                          size={30}
                          disabled={at === 0}
                          aria-label={t("topics.up", { name: topic.key })}
                          onClick={() => up(at)}
                        >
                          <IconArrowUp size={15} aria-hidden />
                        </ActionIcon>
                        <ActionIcon
                          variant="subtle"
                          color="gray"
                          size={30}
                          aria-label={t("topics.removeOne", { name: topic.key })}
                          onClick={() => draft.change(now.filter((_, i) => i !== at))}
                        >
                          <IconX size={15} aria-hidden />
                        </ActionIcon>
                      </Group>
                    ) : null}
                  </li>
                ))}
              </ol>
            </fieldset>
          ) : null}
          {may && (now.length || draft.dirty) ? (
            <Stack gap="sm" mt="sm" align="flex-start">
              {now.length ? add : null}
              <Text size="sm" c="dimmed">
                {t("topics.keyHelp")} {t("topics.removeHelp")}
              </Text>
              <SaveBar draft={draft} saving={saving} unfit={!whole} />
            </Stack>
          ) : null}
        </div>
        {now.length ? <Seen topics={now} /> : null}
      </div>
    </form>
  );
}
