// A new campaign: its name and kind. It is in this browser only until it is published.
import { Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Choices, SideSheet } from "~/kit";
import { begin } from "./drafts";
import { blank, isLanguage, keyOf, type Kind, KINDS, LANGUAGES } from "./shape";

const MOST_NAME = 200;

interface Props {
  known: string[];
  close: () => void;
}

export default function New({ known, close }: Props) {
  const { t, i18n } = useTranslation("onsite");
  const go = useNavigate();
  const [name, setName] = useState("");
  const [kind, setKind] = useState<Kind>("popup");
  const [language, setLanguage] = useState<string | null>(i18n.language);
  const key = keyOf(name);
  const taken = known.includes(key);
  const start = () => {
    const first = language ?? undefined;
    if (!key || taken || !isLanguage(first)) return;
    const blocks = { [first]: [blank(kind === "banner" ? "text" : "heading"), blank("button")] };
    const slot = kind === "embedded" ? { slot: key } : {};
    begin({ key, name: name.trim(), kind, blocks, ...slot });
    void go({ to: `/onsite/${key}` as string });
  };
  return (
    <SideSheet opened close={close} title={t("new")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          start();
        }}
      >
        <Stack gap="md">
          <TextInput
            data-autofocus
            label={t("form.name")}
            description={key ? t("form.key", { key }) : t("form.nameHelp")}
            error={taken ? t("form.taken") : undefined}
            value={name}
            maxLength={MOST_NAME}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Choices
            label={t("form.kind")}
            value={kind}
            change={(one) => setKind(one as Kind)}
            all={KINDS.map((one) => ({
              value: one,
              body: (
                <>
                  <Text fw={550}>{t(`kind.${one}`)}</Text>
                  <Text size="sm" c="dimmed">
                    {t(`kindSays.${one}`)}
                  </Text>
                </>
              ),
            }))}
          />
          <Select
            label={t("form.language")}
            allowDeselect={false}
            data={LANGUAGES.map((one) => ({ value: one, label: t(`language.${one}`) }))}
            value={language}
            onChange={setLanguage}
          />
          <Group justify="flex-end">
            <Button type="submit" disabled={!key || taken}>
              {t("form.begin")}
            </Button>
          </Group>
        </Stack>
      </form>
    </SideSheet>
  );
}
