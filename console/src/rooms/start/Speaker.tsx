// Who speaks: without a name and an address no commercial message may go out.
import { Button, Group, SimpleGrid, Skeleton, TextInput, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { useMay } from "~/api/me";
import type { components } from "~/api/schema";
import { Failed, NoRight, UnsavedGuard, useDraft } from "~/kit";

type Facts = components["schemas"]["Facts"];

const NONE: Facts = { title: "", mersis: "", address: "", email: "", phone: "", website: "" };
const FIELDS = ["title", "mersis", "email", "phone", "website", "address"] as const;

export function Speaker({ facts, isKnown }: { facts: Facts | undefined; isKnown: boolean }) {
  const may = useMay("company.manage");
  if (!may) return <NoRight />;
  if (!isKnown) return <Skeleton height={90} />;
  return <Form saved={{ ...NONE, ...facts }} />;
}

function Form({ saved }: { saved: Facts }) {
  const { t } = useTranslation("start");
  const queries = useQueryClient();
  const draft = useDraft("company.first", saved, JSON.stringify(saved));
  const save = useMutation({
    mutationFn: async () => take(await api.PUT("/v1/company", { body: draft.value })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["company"] });
      draft.done();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <UnsavedGuard draft={draft} />
      <Text mb="sm">{t("speaker.help")}</Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        {FIELDS.map((field) => (
          <TextInput
            key={field}
            label={t(field === "title" ? "speaker.trade" : `speaker.${field}`)}
            value={draft.value[field] ?? ""}
            required={field === "title"}
            type={field === "email" ? "email" : "text"}
            onChange={(event) =>
              draft.change({ ...draft.value, [field]: event.currentTarget.value })
            }
          />
        ))}
      </SimpleGrid>
      {save.isError ? <Failed error={save.error} /> : null}
      <Group mt="sm">
        <Button type="submit" loading={save.isPending} disabled={!draft.dirty}>
          {t("speaker.save")}
        </Button>
      </Group>
    </form>
  );
}
