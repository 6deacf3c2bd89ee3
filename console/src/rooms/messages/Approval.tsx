// A text that waits for a second person: what it changes, and her decision.
import { Alert, Button, Group, Text, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useMay, useMe } from "~/api/me";
import { Failed, useFmt } from "~/kit";
import { type Proposal, refresh, type Whole } from "./api";
import { Changes } from "./Changes";
import type { Definition } from "./shape";

const MOST_NOTE = 1_000;

export function Approval({ proposal, live }: { proposal: Proposal; live: Whole | null }) {
  const { t } = useTranslation("messages");
  const fmt = useFmt();
  const me = useMe();
  const may = useMay("journeys.approve");
  const own = proposal.proposed_by === me.id;
  const [note, setNote] = useState("");
  const decide = useMutation({
    mutationFn: async (yes: boolean) => {
      const of = { params: { path: { proposal: proposal.id } }, body: { note: note.trim() } };
      if (yes) await api.POST("/v1/approvals/{proposal}/approve", of);
      else await api.POST("/v1/approvals/{proposal}/reject", of);
      await refresh();
    },
  });
  const before = (live?.definition as unknown as Definition | undefined)?.variants ?? {};
  const after = (JSON.parse(proposal.text) as Definition).variants;
  return (
    <Alert role="status" variant="default" mb="sm" title={t("approval.title")}>
      <Text mb="xs">
        {t(own ? "approval.own" : "approval.theirs", { when: fmt.dateTime(proposal.proposed_at) })}
      </Text>
      <Changes before={before} after={after} />
      {may && !own ? (
        <>
          <Textarea
            mt="sm"
            label={t("approval.note")}
            description={t("approval.noteHelp")}
            autosize
            minRows={2}
            maxLength={MOST_NOTE}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          {decide.isError ? <Failed error={decide.error} /> : null}
          <Group gap="xs" mt="xs">
            <Button size="xs" loading={decide.isPending} onClick={() => decide.mutate(true)}>
              {t("approval.approve")}
            </Button>
            <Button
              size="xs"
              variant="default"
              disabled={!note.trim() || decide.isPending}
              onClick={() => decide.mutate(false)}
            >
              {t("approval.reject")}
            </Button>
          </Group>
        </>
      ) : null}
    </Alert>
  );
}
