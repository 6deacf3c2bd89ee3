// Writes down what somebody asked of her data: who, what, how it came and how we know her.
import { Button, NativeSelect, Select, Stack, Text, Textarea } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed, UnsavedGuard, useDraft } from "~/kit";
import { CHANNELS, KINDS, open, peopleQuery, PROOFS } from "./api";

const SETTLED_MS = 200;
const BLANK = { kind: "access", channel: "email", proof: "none", note: "" };

export function NewRequest({ made }: { made: (request: string) => void }) {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const draft = useDraft("request.new", BLANK, "");
  const now = draft.value;
  // Whom it is about stays out of the draft: it is kept in the browser.
  const [person, choose] = useState<{ id: string; name: string }>();
  const opening = useMutation({
    mutationFn: async () => open({ ...now, person: person?.id ?? "" }),
    onSuccess: async (request) => {
      draft.done();
      await queries.invalidateQueries({ queryKey: ["privacy-requests"] });
      made(request.id);
    },
  });
  const words = (key: "requestKinds" | "hows" | "proofs", all: readonly string[]) => {
    const known: Record<string, string> = t(`consent.${key}`, { returnObjects: true });
    return all.map((one) => ({ value: one, label: known[one] ?? one }));
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        opening.mutate();
      }}
    >
      <Stack gap="sm">
        <UnsavedGuard draft={draft} />
        <Finder person={person} choose={choose} />
        <NativeSelect
          label={t("consent.request")}
          value={now.kind}
          onChange={(event) => draft.change({ ...now, kind: event.currentTarget.value })}
          data={words("requestKinds", KINDS)}
        />
        <NativeSelect
          label={t("consent.how")}
          value={now.channel}
          onChange={(event) => draft.change({ ...now, channel: event.currentTarget.value })}
          data={words("hows", CHANNELS)}
        />
        <NativeSelect
          label={t("consent.proof")}
          value={now.proof}
          onChange={(event) => draft.change({ ...now, proof: event.currentTarget.value })}
          data={words("proofs", PROOFS)}
        />
        <Textarea
          label={t("consent.note")}
          value={now.note}
          onChange={(event) => draft.change({ ...now, note: event.currentTarget.value })}
          autosize
          minRows={2}
          maxLength={2000}
        />
        <Text size="sm" c="dimmed">
          {t("consent.writeHelp")}
        </Text>
        {opening.isError ? <Failed error={opening.error} /> : null}
        <Button type="submit" loading={opening.isPending} disabled={!person}>
          {t("consent.write")}
        </Button>
      </Stack>
    </form>
  );
}

interface FinderProps {
  person: { id: string; name: string } | undefined;
  choose: (person: { id: string; name: string } | undefined) => void;
}

function Finder({ person, choose }: FinderProps) {
  const { t } = useTranslation("settings");
  const [typed, setTyped] = useState("");
  const [sought] = useDebouncedValue(typed.trim(), SETTLED_MS);
  const found = useQuery(peopleQuery(sought));
  const rows = (found.data ?? []).map((one) => ({
    value: one.id,
    label: [one.name, one.email || one.phone].filter(Boolean).join(" · ") || one.id.slice(0, 8),
  }));
  const has = !person || rows.some((one) => one.value === person.id);
  return (
    <Select
      data-autofocus
      label={t("consent.person")}
      placeholder={t("consent.find")}
      searchable
      required
      data={has ? rows : [...rows, { value: person.id, label: person.name }]}
      filter={({ options }) => options}
      nothingFoundMessage={sought.length > 1 && found.isSuccess ? t("consent.nobody") : undefined}
      value={person?.id ?? null}
      onSearchChange={setTyped}
      onChange={(id, one) => choose(id ? { id, name: one?.label ?? "" } : undefined)}
    />
  );
}
