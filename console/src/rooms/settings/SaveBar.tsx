// Under a form: what failed, who else saved, and the buttons that save or forget.
import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Problem } from "~/api/client";
import { type Draft, Elsewhere, Failed } from "~/kit";
import type { Saving } from "./useSaving";

interface Props<T> {
  draft: Draft<T>;
  saving: Saving;
  /** What is written cannot be saved yet. */
  unfit?: boolean;
  /** What the reader calls the place of a problem. */
  called?: (path: string) => string | undefined;
  /** A problem in words of the form, where the server's are those of a text. */
  said?: (problem: Problem["problems"][number]) => string;
  /** The word on the button, where it does more than save. */
  word?: string;
}

export function SaveBar<T>({ draft, saving, unfit = false, called, said, word }: Props<T>) {
  const { t } = useTranslation("settings");
  return (
    <Stack gap="sm">
      <Elsewhere
        saving={saving}
        title={t("elsewhere.title")}
        theirs={t("elsewhere.theirs")}
        mine={t("elsewhere.mine")}
      />
      {saving.error ? <Wrong error={saving.error} called={called} said={said} /> : null}
      <Group gap="xs">
        <Button type="submit" loading={saving.busy} disabled={!draft.dirty || unfit}>
          {word ?? t("save")}
        </Button>
        {draft.dirty ? (
          <Button variant="default" onClick={draft.done}>
            {t("drop")}
          </Button>
        ) : null}
        <Text role="status" c="dimmed">
          {saving.done ? t("saved") : null}
        </Text>
      </Group>
    </Stack>
  );
}

interface WrongProps {
  error: unknown;
  called: ((path: string) => string | undefined) | undefined;
  said: Props<unknown>["said"] | undefined;
}

/** Each thing that is wrong by the name of its place, or else the whole failure. */
function Wrong({ error, called, said }: WrongProps) {
  const { t } = useTranslation("settings");
  if (!(error instanceof Problem) || !error.problems.length) return <Failed error={error} />;
  return (
    <Alert role="alert" variant="default" title={t("faults")}>
      {error.problems.map((one) => {
        const name = called?.(one.path);
        return (
          <Text key={`${one.path} ${one.code}`}>
            {name ? <b>{`${name}: `}</b> : null}
            {said ? said(one) : one.message}
          </Text>
        );
      })}
    </Alert>
  );
}
