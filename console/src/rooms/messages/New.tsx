// Where a new message begins: its name, and an empty text of a channel or a sample.
import { Button, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { fold, isLocale } from "~/fmt";
import { Choices, SideSheet } from "~/kit";
import { begin } from "./drafts";
import { LANGUAGES } from "./shape";
import { begun, type Start, STARTS } from "./starts";

const MOST_NAME = 200;

export default function New({ close, known }: { close: () => void; known: string[] }) {
  const { t, i18n } = useTranslation("messages");
  const go = useNavigate();
  const [name, setName] = useState("");
  const [start, setStart] = useState<Start>("email");
  const [language, setLanguage] = useState(isLocale(i18n.language) ? i18n.language : "en");
  const key = keyOf(fold(name));
  const taken = known.includes(key) || key === "preview" || key === "blocks";
  return (
    <SideSheet opened close={close} title={t("new")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!key || taken) return;
          begin(begun(start, key, name.trim(), language));
          void go({ to: `/messages/${key}` as string });
        }}
      >
        <Stack gap="md">
          <TextInput
            data-autofocus
            label={t("begin.name")}
            description={key ? t("begin.key", { key }) : t("begin.nameHelp")}
            error={taken ? t("begin.taken") : undefined}
            value={name}
            maxLength={MOST_NAME}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <NativeSelect
            label={t("begin.language")}
            description={t("begin.languageHelp")}
            value={language}
            data={LANGUAGES.map((one) => ({ value: one, label: t(`language.${one}`) }))}
            onChange={(event) => setLanguage(event.currentTarget.value as typeof language)}
          />
          <Choices
            label={t("begin.from")}
            value={start}
            change={(one) => setStart(one as Start)}
            all={STARTS.map((one) => ({
              value: one,
              body: (
                <>
                  <Text fw={600}>{t(`start.${one}`)}</Text>
                  <Text size="sm" c="dimmed">
                    {t(`startSays.${one}`)}
                  </Text>
                </>
              ),
            }))}
          />
          <Group justify="flex-end">
            <Button type="submit" disabled={!key || taken}>
              {t("begin.go")}
            </Button>
          </Group>
        </Stack>
      </form>
    </SideSheet>
  );
}

/** The key of a name: small letters, digits and dashes. */
function keyOf(folded: string): string {
  return folded
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
}
