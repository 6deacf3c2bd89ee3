// The key of a step, changed where it is used too.
import { ActionIcon, Button, Group, Stack, TextInput, Title } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { type Ref, useState } from "react";
import { useTranslation } from "react-i18next";

const KEY = /^[a-z0-9][a-z0-9_-]{0,62}$/;

interface Props {
  step: string;
  taken: string[];
  title: Ref<HTMLHeadingElement>;
  /** Not given where the text may not be changed. */
  rename?: ((to: string) => void) | undefined;
}

export function StepTitle({ step, taken, title, rename }: Props) {
  const { t } = useTranslation("journeys");
  const [typed, setTyped] = useState<string>();
  const other = typed?.trim() ?? "";
  const isTaken = other !== step && taken.includes(other);
  const fault = isTaken ? t("rename.taken") : other && !KEY.test(other) ? t("rename.bad") : undefined;
  if (typed === undefined || !rename) {
    return (
      <Group gap={4} wrap="nowrap">
        <Title order={2} fz="lg" tabIndex={-1} ref={title}>
          {step}
        </Title>
        {rename ? (
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={t("rename.open")}
            onClick={() => setTyped(step)}
          >
            <IconPencil size={14} aria-hidden />
          </ActionIcon>
        ) : null}
      </Group>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!other || fault) return;
        setTyped(undefined);
        if (other !== step) rename(other);
      }}
    >
      <Stack gap={6}>
        <TextInput
          autoFocus
          label={t("rename.field")}
          description={t("rename.help")}
          error={fault}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            event.preventDefault();
            setTyped(undefined);
          }}
        />
        <Group gap={6}>
          <Button type="submit" size="compact-sm" disabled={!other || !!fault}>
            {t("rename.go")}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => setTyped(undefined)}>
            {t("cancel")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
