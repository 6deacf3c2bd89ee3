// A new broadcast: its name. It is in this browser only until what it says is whole and saved.
import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { SideSheet } from "~/kit";
import { begin } from "./drafts";
import { keyOf } from "./shape";

const MOST_NAME = 200;

interface Props {
  known: string[];
  close: () => void;
}

export default function New({ known, close }: Props) {
  const { t } = useTranslation("broadcasts");
  const go = useNavigate();
  const [name, setName] = useState("");
  const key = keyOf(name);
  const taken = known.includes(key);
  return (
    <SideSheet opened close={close} title={t("new")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!key || taken) return;
          begin({ key, name: name.trim() });
          void go({ to: `/broadcasts/${key}` as string });
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
