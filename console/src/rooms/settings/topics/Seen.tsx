// Beside the form: the topics as people have them before them, in one language after the other.
import { SegmentedControl, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { components } from "~/api/schema";
import own from "./topics.module.css";

export type Topic = components["schemas"]["Topic"];

export const LANGUAGES = ["tr", "az", "en"] as const;
type Language = (typeof LANGUAGES)[number];

export function Seen({ topics }: { topics: Topic[] }) {
  const { t, i18n } = useTranslation("settings");
  const [chosen, choose] = useState<Language>();
  const language = chosen ?? LANGUAGES.find((one) => one === i18n.language) ?? LANGUAGES[0];
  return (
    <section className={`k-card ${own.seen}`} aria-labelledby="topics-seen">
      <Title order={2} fz="md" id="topics-seen">
        {t("topics.seen")}
      </Title>
      <Text size="sm" c="dimmed" mt={4} mb="sm">
        {t("topics.seenHelp")}
      </Text>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label={t("topics.seenIn")}
        value={language}
        onChange={(value) => choose(value as Language)}
        data={LANGUAGES.map((one) => ({ value: one, label: t(`topics.${one}`) }))}
      />
      <ul className={own.switches}>
        {topics.map((one, at) => (
          <li key={at}>
            <span className={own.switch} aria-hidden />
            {one.names[language]?.trim() ? (
              <bdi lang={language}>{one.names[language]}</bdi>
            ) : (
              <Text span c="dimmed">
                {t("topics.unnamed")}
              </Text>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
