// Notes of staff about a person: a new one, and those there are.
import { Button, Stack, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useMay } from "~/api/me";
import { Failed, UnsavedGuard, useDraft } from "~/kit";
import { Timeline } from "./Timeline";

const LONGEST = 10_000;

export function Notes({ person }: { person: string }) {
  const { t } = useTranslation("people");
  const may = useMay("people.write");
  const client = useQueryClient();
  const draft = useDraft(`person.note.${person}`, "", "");
  const add = useMutation({
    mutationFn: async () => {
      await api.POST("/v1/people/{person}/notes", {
        params: { path: { person } },
        body: { text: draft.value.trim() },
      });
    },
    onSuccess: async () => {
      draft.done();
      await client.invalidateQueries({ queryKey: ["person", person, "told"] });
    },
  });
  return (
    <Stack gap="sm">
      {may ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (draft.value.trim()) add.mutate();
          }}
        >
          <UnsavedGuard draft={draft} />
          <Textarea
            label={t("notes.write")}
            description={t("notes.help")}
            autosize
            minRows={2}
            maxLength={LONGEST}
            value={draft.value}
            onChange={(event) => draft.change(event.currentTarget.value)}
          />
          {add.isError ? <Failed error={add.error} /> : null}
          <Button
            type="submit"
            size="xs"
            mt="xs"
            loading={add.isPending}
            disabled={!draft.value.trim()}
          >
            {t("notes.add")}
          </Button>
        </form>
      ) : null}
      <Timeline person={person} only="notes" />
    </Stack>
  );
}
