// Makes a key: its name, what it may do (no more than its maker), and for how long.
import { Button, Checkbox, NumberInput, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMe } from "~/api/me";
import { Failed, SideSheet, UnsavedGuard, useDraft, useFmt } from "~/kit";
import { Once } from "../Once";
import { make } from "./api";

interface Props {
  opened: boolean;
  close: () => void;
}

const MOST_DAYS = 3_650;
const NONE = { name: "", scopes: [] as string[], days: 365 };

export function NewKey({ opened, close }: Props) {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const draft = useDraft("key.new", NONE, "");
  const now = draft.value;
  const making = useMutation({
    mutationFn: () => make(now.name.trim(), now.scopes, now.days),
    onSuccess: async () => {
      draft.done();
      await queries.invalidateQueries({ queryKey: ["keys"] });
    },
  });
  const leave = () => {
    making.reset();
    close();
  };
  return (
    <SideSheet opened={opened} close={leave} title={t("keys.new")}>
      {making.data ? (
        <Once says={t("keys.made")} value={making.data.key} />
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
              label={t("keys.called")}
              value={now.name}
              onChange={(event) => draft.change({ ...now, name: event.currentTarget.value })}
              required
              maxLength={100}
            />
            <NumberInput
              label={t("keys.days")}
              value={now.days}
              onChange={(value) => draft.change({ ...now, days: Number(value) || 1 })}
              min={1}
              max={MOST_DAYS}
              allowDecimal={false}
              hideControls
            />
            <Scopes chosen={now.scopes} change={(scopes) => draft.change({ ...now, scopes })} />
            {making.isError ? <Failed error={making.error} /> : null}
            <Button
              type="submit"
              loading={making.isPending}
              disabled={!now.name.trim() || !now.scopes.length}
            >
              {t("keys.make")}
            </Button>
          </Stack>
        </form>
      )}
    </SideSheet>
  );
}

function Scopes({ chosen, change }: { chosen: string[]; change: (scopes: string[]) => void }) {
  const { t } = useTranslation("settings");
  const { rights } = useMe();
  const fmt = useFmt();
  const words: Record<string, Record<string, string>> = t("rights", { returnObjects: true });
  const named = (right: string) => {
    const [of = "", deed = ""] = right.split(".");
    return words[of]?.[deed] ?? right;
  };
  const sorted = [...rights].sort((a, b) => fmt.compare(named(a), named(b)));
  return (
    <Checkbox.Group
      label={t("keys.scopes")}
      description={t("keys.scopesHelp")}
      value={chosen}
      onChange={change}
    >
      <Stack gap={6} mt="xs">
        {sorted.map((right) => (
          <Checkbox key={right} value={right} label={named(right)} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
