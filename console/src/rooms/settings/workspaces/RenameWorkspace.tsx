// Calls a workspace something else; its key and its address stay.
import { Button, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Failed, SideSheet, UnsavedGuard, useDraft } from "~/kit";
import { rename, type Space } from "./api";

interface Props {
  space: Space | undefined;
  close: () => void;
}

export function RenameWorkspace({ space, close }: Props) {
  const { t } = useTranslation("settings");
  return (
    <SideSheet
      opened={space !== undefined}
      close={close}
      title={t("workspaces.renameOne", { name: space?.name })}
    >
      {space ? <Form key={space.key} space={space} close={close} /> : null}
    </SideSheet>
  );
}

function Form({ space, close }: { space: Space; close: () => void }) {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const draft = useDraft(`workspace.name.${space.key}`, space.name, space.name);
  const name = draft.value.trim();
  const renaming = useMutation({
    mutationFn: () => rename(space.key, name),
    onSuccess: async () => {
      draft.done();
      await Promise.all([
        queries.invalidateQueries({ queryKey: ["workspaces"] }),
        queries.invalidateQueries({ queryKey: ["me"] }),
      ]);
      close();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        renaming.mutate();
      }}
    >
      <Stack gap="sm">
        <UnsavedGuard draft={draft} />
        <TextInput
          data-autofocus
          label={t("workspaces.name")}
          description={t("workspaces.renameHelp", { key: space.key })}
          value={draft.value}
          onChange={(event) => draft.change(event.currentTarget.value)}
          required
          maxLength={100}
        />
        {renaming.isError ? <Failed error={renaming.error} /> : null}
        <Button
          type="submit"
          loading={renaming.isPending}
          disabled={name === "" || name === space.name}
        >
          {t("workspaces.rename")}
        </Button>
      </Stack>
    </form>
  );
}
