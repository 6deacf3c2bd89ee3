// Who speaks: without a name and an address no commercial message may go out.
import { Button, Group, SimpleGrid, Skeleton, TextInput, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import type { components } from "~/api/schema";
import { Elsewhere, Failed, NoRight, UnsavedGuard, useDraft } from "~/kit";
import { type Facts, saveCompany } from "~/rooms/settings/brand/api";
import { useSaving } from "~/rooms/settings/useSaving";

type KeptFacts = components["schemas"]["KeptFacts"];

const NONE: Facts = { title: "", mersis: "", address: "", email: "", phone: "", website: "" };
const FIELDS = ["title", "mersis", "email", "phone", "website", "address"] as const;

interface Props {
  facts: KeptFacts | undefined;
  isKnown: boolean;
  /** Somebody speaks already: the form is there only for work that was begun before. */
  done: boolean;
}

export function Speaker({ facts, isKnown, done }: Props) {
  const may = useMay("company.manage");
  if (!may) return done ? null : <NoRight />;
  if (!isKnown) return <Skeleton height={90} />;
  const { edition, ...kept } = facts ?? { ...NONE, edition: "0" };
  return <Form saved={{ ...NONE, ...kept }} edition={edition} done={done} />;
}

interface FormProps {
  saved: Facts;
  edition: string;
  done: boolean;
}

function Form({ saved, edition, done }: FormProps) {
  const { t } = useTranslation("start");
  const queries = useQueryClient();
  // The same work as in the settings: begun here, it is gone on with there.
  const draft = useDraft("company", saved, edition);
  const saving = useSaving(draft, edition, {
    save: (wanted, match) => saveCompany("", wanted, match),
    refresh: () => queries.invalidateQueries({ queryKey: ["company"] }),
  });
  if (done && !draft.dirty && !saving.elsewhere) return null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void saving.go();
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
      <Elsewhere
        saving={saving}
        title={t("elsewhere.title")}
        theirs={t("elsewhere.theirs")}
        mine={t("elsewhere.mine")}
      />
      {saving.error ? <Failed error={saving.error} /> : null}
      <Group mt="sm">
        <Button type="submit" loading={saving.busy} disabled={!draft.dirty}>
          {t("speaker.save")}
        </Button>
      </Group>
    </form>
  );
}
