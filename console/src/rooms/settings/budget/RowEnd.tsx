// What ends a row: what is wrong with the whole of it, and the buttons that move and remove it.
import { ActionIcon, Button, Group, Text } from "@mantine/core";
import { IconArrowUp } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import own from "./budget.module.css";

interface Props {
  name: string;
  fault?: string | undefined;
  up?: (() => void) | undefined;
  remove: () => void;
}

export function RowEnd({ name, fault, up, remove }: Props) {
  const { t } = useTranslation("settings");
  return (
    <Group justify="flex-end" gap="xs" className={own.end}>
      {fault ? (
        <Text size="sm" className={own.fault}>
          {fault}
        </Text>
      ) : null}
      {up ? (
        <ActionIcon
          variant="default"
          size={30}
          aria-label={t("budget.up", { name })}
          onClick={up}
        >
          <IconArrowUp size={15} aria-hidden />
        </ActionIcon>
      ) : null}
      <Button
        size="xs"
        variant="default"
        aria-label={t("rules.removeOne", { name })}
        onClick={remove}
      >
        {t("rules.remove")}
      </Button>
    </Group>
  );
}
