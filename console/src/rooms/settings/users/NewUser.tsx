// Adds a user, and gives the link by which she chooses a password.
import { Button, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Failed, SideSheet, UnsavedGuard, useDraft } from "~/kit";
import { Once } from "../Once";
import { add } from "./api";
import { Roles } from "./Roles";

interface Props {
  opened: boolean;
  close: () => void;
}

const NOBODY = { email: "", name: "", roles: [] as string[] };

export function NewUser({ opened, close }: Props) {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const draft = useDraft("user.new", NOBODY, "");
  const now = draft.value;
  const adding = useMutation({
    mutationFn: () => add(now.email.trim(), now.name.trim(), now.roles),
    onSuccess: async () => {
      draft.done();
      await queries.invalidateQueries({ queryKey: ["users"] });
    },
  });
  const leave = () => {
    adding.reset();
    close();
  };
  return (
    <SideSheet opened={opened} close={leave} title={t("users.new")}>
      {adding.data ? (
        adding.data.password_link ? (
          <Once says={t("users.made")} value={adding.data.password_link} />
        ) : (
          <Text role="status">{t("users.known")}</Text>
        )
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            adding.mutate();
          }}
        >
          <Stack gap="sm">
            <UnsavedGuard draft={draft} />
            <TextInput
              data-autofocus
              type="email"
              label={t("users.email")}
              value={now.email}
              onChange={(event) => draft.change({ ...now, email: event.currentTarget.value })}
              required
              maxLength={254}
              autoComplete="off"
            />
            <TextInput
              label={t("users.name")}
              value={now.name}
              onChange={(event) => draft.change({ ...now, name: event.currentTarget.value })}
              maxLength={100}
              autoComplete="off"
            />
            <Roles roles={now.roles} change={(roles) => draft.change({ ...now, roles })} />
            {adding.isError ? <Failed error={adding.error} /> : null}
            <Button
              type="submit"
              loading={adding.isPending}
              disabled={!now.email.trim() || !now.roles.length}
            >
              {t("users.add")}
            </Button>
          </Stack>
        </form>
      )}
    </SideSheet>
  );
}
