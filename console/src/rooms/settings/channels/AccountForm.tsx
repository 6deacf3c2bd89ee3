// An account's settings, as its provider asks for them; secrets are written and never shown.
import { Button, Code, NumberInput, Stack, Text, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { UnsavedGuard, useDraft } from "~/kit";
import { SaveBar } from "../SaveBar";
import { useSaving } from "../useSaving";
import { type Account, accountsQuery, type Provider, save, shapeOf } from "./api";
import { Field } from "./Field";

interface Props {
  provider: string;
  about: Provider;
  account?: Account;
  /** Called with the name once a new one is there. */
  made?: (name: string) => void;
}

interface Work {
  name: string;
  settings: Record<string, unknown>;
  place: number;
  pace: number | null;
}

const MOST_PLACE = 1000;

export function AccountForm({ provider, about, account, made }: Props) {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const [all, showAll] = useState(account !== undefined);
  // Secrets stay out of the draft: it is kept in the browser.
  const [secrets, setSecrets] = useState<Record<string, unknown>>({});
  const { properties, required = [] } = shapeOf(about);
  const saved = workOf(about, account);
  const key = account ? `account.${account.name}` : `account.new.${provider}`;
  // One whose settings do not fit any more has no edition: what is saved mends it.
  const base = account ? (account.edition ?? "*") : "0";
  const draft = useDraft(key, saved, base);
  const now = draft.value;
  const saving = useSaving(draft, base, {
    save: async (work, match) => {
      const inFlight = account?.in_flight ?? null;
      const wanted = {
        provider,
        settings: { ...sent(work.settings), ...sent(secrets) },
        place: work.place,
        per_second: work.pace,
        in_flight: inFlight === about.capabilities.in_flight ? null : inFlight,
      };
      await save(work.name.trim(), wanted, match);
      setSecrets({});
    },
    refresh: async () => {
      await queries.invalidateQueries({ queryKey: ["accounts"] });
      if (!account) made?.(now.name.trim());
    },
  });
  const known = useQuery(accountsQuery);
  const taken = !account && known.data?.some((one) => one.name === now.name.trim());
  const isSecret = (name: string) => properties[name]?.writeOnly === true;
  const names = Object.keys(properties);
  const first = names.filter((one) => required.includes(one));
  const rest = names.filter((one) => !required.includes(one));
  const field = (name: string) => (
    <Field
      key={name}
      name={name}
      setting={properties[name] ?? {}}
      required={required.includes(name)}
      kept={account !== undefined}
      value={isSecret(name) ? secrets[name] : now.settings[name]}
      change={(value) => {
        if (isSecret(name)) {
          setSecrets({ ...secrets, [name]: value });
          draft.change({ ...now });
        } else {
          draft.change({ ...now, settings: { ...now.settings, [name]: value } });
        }
      }}
    />
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void saving.go();
      }}
    >
      <Stack gap="sm">
        <UnsavedGuard draft={draft} />
        {account ? null : (
          <TextInput
            data-autofocus
            label={t("channels.called")}
            description={t("channels.calledHelp")}
            error={taken ? t("channels.taken") : undefined}
            value={now.name}
            onChange={(event) => draft.change({ ...now, name: event.currentTarget.value })}
            pattern="[a-z0-9][a-z0-9_\-]{0,39}"
            required
            maxLength={40}
            spellCheck={false}
          />
        )}
        {first.map(field)}
        {all ? (
          <>
            {rest.map(field)}
            <NumberInput
              label={t("channels.place")}
              value={now.place}
              onChange={(value) => draft.change({ ...now, place: Number(value) || 0 })}
              min={0}
              max={MOST_PLACE}
              allowDecimal={false}
              hideControls
            />
            <NumberInput
              label={t("channels.pace")}
              description={t("channels.paceHelp")}
              value={now.pace ?? ""}
              onChange={(value) => draft.change({ ...now, pace: value === "" ? null : Number(value) })}
              min={0.001}
              hideControls
            />
          </>
        ) : (
          <Button variant="default" onClick={() => showAll(true)}>
            {t("channels.more")}
          </Button>
        )}
        {account?.webhook ? (
          <div>
            <Text size="sm" c="dimmed">
              {t("channels.webhook")}
            </Text>
            <Code block tabIndex={0} aria-label={t("channels.webhook")}>
              {account.webhook}
            </Code>
          </div>
        ) : null}
        <SaveBar draft={draft} saving={saving} unfit={!now.name.trim() || taken === true} />
      </Stack>
    </form>
  );
}

function workOf(about: Provider, account: Account | undefined): Work {
  const { properties } = shapeOf(about);
  const settings: Record<string, unknown> = {};
  for (const [name, one] of Object.entries(properties)) {
    if (!one.writeOnly) settings[name] = account?.settings?.[name] ?? one.default ?? null;
  }
  const pace = account?.per_second ?? null;
  return {
    name: account?.name ?? "",
    settings,
    place: account?.place ?? 0,
    pace: pace === about.capabilities.per_second ? null : pace,
  };
}

/** What is left empty is not sent: a secret stays, anything else gets its usual value. */
function sent(values: Record<string, unknown>): Record<string, unknown> {
  const given = Object.entries(values)
    .map(([name, value]): [string, unknown] => [
      name,
      Array.isArray(value) ? value.map((one: unknown) => String(one).trim()).filter(Boolean) : value,
    ])
    .filter(([, value]) => value !== null && value !== undefined && value !== "");
  return Object.fromEntries(given);
}
