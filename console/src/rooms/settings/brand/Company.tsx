// The facts of who speaks: without a name no commercial message goes out.
import { SimpleGrid, Text, TextInput, Title } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { UnsavedGuard, useDraft } from "~/kit";
import { SaveBar } from "../SaveBar";
import classes from "../settings.module.css";
import { useSaving } from "../useSaving";
import { type Facts, type KeptFacts, saveCompany } from "./api";

const NONE: Facts = { title: "", mersis: "", address: "", email: "", phone: "", website: "" };
const FIELDS = ["title", "mersis", "email", "phone", "website", "address"] as const;
/** The edition of what nobody has saved yet. */
const NONE_KEPT: KeptFacts = { ...NONE, edition: "0" };

export function Company({ brand, facts }: { brand: string; facts: KeptFacts | undefined }) {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const may = useMay("company.manage");
  const { edition, ...kept } = facts ?? NONE_KEPT;
  const draft = useDraft<Facts>(brand ? `company.${brand}` : "company", { ...NONE, ...kept }, edition);
  const now = draft.value;
  const saving = useSaving(draft, edition, {
    save: (wanted, match) => saveCompany(brand, wanted, match),
    refresh: () => queries.invalidateQueries({ queryKey: ["company"] }),
  });
  return (
    <form
      className={classes.sheet}
      onSubmit={(event) => {
        event.preventDefault();
        void saving.go();
      }}
    >
      <Title order={2} fz="lg">
        {t("company.title")}
      </Title>
      <Text c="dimmed" mb="sm">
        {t("company.help")}
      </Text>
      <UnsavedGuard draft={draft} />
      <fieldset className={classes.fields} disabled={!may || saving.busy}>
        <legend className="k-hidden">{t("company.title")}</legend>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm" mb="sm">
          {FIELDS.map((field) => (
            <TextInput
              key={field}
              label={t(`company.${field === "title" ? "trade" : field}`)}
              value={now[field] ?? ""}
              required={field === "title"}
              type={field === "email" ? "email" : "text"}
              maxLength={200}
              onChange={(event) => draft.change({ ...now, [field]: event.currentTarget.value })}
            />
          ))}
        </SimpleGrid>
      </fieldset>
      {may ? <SaveBar draft={draft} saving={saving} unfit={!now.title.trim()} /> : null}
    </form>
  );
}
