// One account: its settings, a test of it, and whether it is used.
import { Button, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm, Failed } from "~/kit";
import { type Account, disable, enable, type Provider } from "./api";
import { AccountForm } from "./AccountForm";
import { Test } from "./Test";

interface Props {
  account: Account;
  about: Provider;
}

export function AccountSheet({ account, about }: Props) {
  const { t } = useTranslation("settings");
  return (
    <Stack gap="lg">
      {account.problem ? <Text c="var(--k-bad)">{account.problem}</Text> : null}
      {account.private ? (
        <Text>{t("channels.private")}</Text>
      ) : (
        <AccountForm provider={account.provider} about={about} account={account} />
      )}
      {account.settings ? <Test account={account} /> : null}
      {account.enabled === undefined ? null : <Switch account={account} />}
    </Stack>
  );
}

function Switch({ account }: { account: Account }) {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: ["accounts"] });
  const [asking, setAsking] = useState(false);
  const on = useMutation({ mutationFn: () => enable(account.name), onSuccess: refresh });
  const word = t(account.enabled ? "channels.switchOff" : "channels.switchOn");
  return (
    <div>
      {on.isError ? <Failed error={on.error} /> : null}
      <Button
        variant="default"
        loading={on.isPending}
        onClick={() => (account.enabled ? setAsking(true) : on.mutate())}
      >
        {word}
      </Button>
      <Confirm
        opened={asking}
        close={() => setAsking(false)}
        title={word}
        touches={t("channels.offTouches", { name: account.name })}
        type={account.name}
        word={word}
        act={async () => {
          await disable(account.name);
          await refresh();
        }}
      />
    </div>
  );
}
