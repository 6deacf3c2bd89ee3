// One user: her roles, a new link for her password, her second factor, and whether she may sign in.
import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm, Failed, UnsavedGuard, useDraft } from "~/kit";
import { Once } from "../Once";
import { SaveBar } from "../SaveBar";
import { useSaving } from "../useSaving";
import { change, newLink, type User } from "./api";
import { Roles } from "./Roles";

export function UserSheet({ user }: { user: User }) {
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: ["users"] });
  const draft = useDraft(`user.${user.id}`, user.roles, user.edition);
  const saving = useSaving(draft, user.edition, {
    save: (roles, match) => change(user.id, { roles }, match),
    refresh,
  });
  return (
    <Stack gap="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void saving.go();
        }}
      >
        <Stack gap="sm">
          <UnsavedGuard draft={draft} />
          <Text c="dimmed">
            <bdi>{user.email}</bdi>
          </Text>
          <Roles roles={draft.value} change={draft.change} />
          <SaveBar draft={draft} saving={saving} unfit={!draft.value.length} />
        </Stack>
      </form>
      <Deeds user={user} refresh={refresh} />
    </Stack>
  );
}

function Deeds({ user, refresh }: { user: User; refresh: () => Promise<unknown> }) {
  const { t } = useTranslation("settings");
  const [asking, setAsking] = useState<"off" | "factor">();
  const link = useMutation({ mutationFn: () => newLink(user.id) });
  const enable = useMutation({
    mutationFn: () => change(user.id, { disabled: false }, user.edition),
    onSuccess: refresh,
  });
  const name = user.name || user.email;
  const isFactor = asking === "factor";
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {t("users.linkHelp")}
      </Text>
      {link.data ? <Once says={t("users.made")} value={link.data.password_link} /> : null}
      {link.isError ? <Failed error={link.error} /> : null}
      {enable.isError ? <Failed error={enable.error} /> : null}
      <Group gap="xs">
        <Button variant="default" loading={link.isPending} onClick={() => link.mutate()}>
          {t("users.link")}
        </Button>
        {user.has_second_factor ? (
          <Button variant="default" onClick={() => setAsking("factor")}>
            {t("users.dropFactor")}
          </Button>
        ) : null}
        {user.disabled_at ? (
          <Button variant="default" loading={enable.isPending} onClick={() => enable.mutate()}>
            {t("users.enable")}
          </Button>
        ) : (
          <Button variant="default" onClick={() => setAsking("off")}>
            {t("users.disable")}
          </Button>
        )}
      </Group>
      <Confirm
        opened={asking !== undefined}
        close={() => setAsking(undefined)}
        title={t(isFactor ? "users.dropFactor" : "users.disable")}
        touches={t(isFactor ? "users.factorTouches" : "users.disableTouches", { name })}
        type={user.email}
        word={t(isFactor ? "users.dropFactor" : "users.disable")}
        act={async () => {
          const wanted = isFactor ? { second_factor: false } : { disabled: true };
          await change(user.id, wanted, user.edition);
          await refresh();
        }}
      />
    </Stack>
  );
}
