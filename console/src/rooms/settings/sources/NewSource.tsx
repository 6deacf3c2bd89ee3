// Makes a source: its name and kind; its first key is shown once.
import { Button, NativeSelect, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Failed, SideSheet, UnsavedGuard, useDraft } from "~/kit";
import { Once } from "../Once";
import { type Kind, KINDS, make } from "./api";

interface Props {
  opened: boolean;
  close: () => void;
}

export function NewSource({ opened, close }: Props) {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const draft = useDraft("source.new", { name: "", kind: "browser" as Kind }, "");
  const { name, kind } = draft.value;
  const making = useMutation({
    mutationFn: () => make(name.trim(), kind),
    onSuccess: async () => {
      draft.done();
      await queries.invalidateQueries({ queryKey: ["sources"] });
    },
  });
  const leave = () => {
    making.reset();
    close();
  };
  const kinds = KINDS.map((value) => ({ value, label: t(`sources.kinds.${value}`) }));
  return (
    <SideSheet opened={opened} close={leave} title={t("sources.new")}>
      {making.data ? (
        <Once says={t("sources.made")} value={making.data.write_key} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            making.mutate();
          }}
        >
          <Stack gap="sm">
            <UnsavedGuard draft={draft} />
            <TextInput
              data-autofocus
              label={t("sources.called")}
              value={name}
              onChange={(event) => draft.change({ name: event.currentTarget.value, kind })}
              required
              maxLength={100}
            />
            <NativeSelect
              label={t("sources.kind")}
              value={kind}
              onChange={(event) => draft.change({ name, kind: event.currentTarget.value as Kind })}
              data={kinds}
            />
            {making.isError ? <Failed error={making.error} /> : null}
            <Button type="submit" loading={making.isPending} disabled={!name.trim()}>
              {t("sources.make")}
            </Button>
          </Stack>
        </form>
      )}
    </SideSheet>
  );
}
