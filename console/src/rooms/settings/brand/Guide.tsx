// The brand guide: what messages are held against as they are written.
import { Button, NativeSelect, SimpleGrid, TagsInput, Text, TextInput, Title } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { UnsavedGuard, useDraft, useFmt } from "~/kit";
import { SaveBar } from "../SaveBar";
import classes from "../settings.module.css";
import { useSaving } from "../useSaving";
import { type Guide as Written, type Language, LANGUAGES, type Past, saveGuide } from "./api";
import { Checks } from "./Checks";
import { Colours } from "./Colours";
import { Limits } from "./Limits";
import { Lines } from "./Lines";
import { Senders } from "./Senders";

const NONE: Written = { name: "" };

export function Guide({ brand, versions }: { brand: string; versions: Past[] }) {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const may = useMay("company.manage");
  const inForce = versions.at(-1);
  const base = String(inForce?.version ?? 0);
  const saved = (inForce?.guide ?? NONE) as Written;
  const draft = useDraft<Written>(brand ? `guide.${brand}` : "guide", saved, base);
  const now = draft.value;
  const set = (part: Partial<Written>) => draft.change({ ...now, ...part } as Written);
  const saving = useSaving(draft, base, {
    save: (wanted, match) => saveGuide(brand, wanted, match),
    refresh: () =>
      Promise.all(
        ["guides", "guide-versions"].map((one) => queries.invalidateQueries({ queryKey: [one] })),
      ),
  });
  return (
    <form
      className={`${classes.sheet} ${classes.part}`}
      onSubmit={(event) => {
        event.preventDefault();
        void saving.go();
      }}
    >
      <Title order={2} fz="lg">
        {t("guide.title")}
      </Title>
      <Text c="dimmed" mb="sm">
        {t("guide.help")}
      </Text>
      <UnsavedGuard draft={draft} />
      <fieldset className={classes.fields} disabled={!may || saving.busy}>
        <legend className="k-hidden">{t("guide.title")}</legend>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm" mb="sm">
          <TextInput
            label={t("guide.name")}
            value={now.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
            required
            maxLength={200}
          />
          <TagsInput
            label={t("guide.fonts")}
            value={now.fonts ?? []}
            onChange={(fonts) => set({ fonts })}
          />
          <TextInput
            label={t("guide.logo")}
            value={now.logo?.url ?? ""}
            onChange={(event) => {
              const url = event.currentTarget.value;
              set({ logo: url ? { ...now.logo, url } : null });
            }}
            maxLength={200}
          />
          <TextInput
            label={t("guide.alt")}
            value={now.logo?.alt ?? ""}
            disabled={!now.logo?.url}
            onChange={(event) =>
              set({ logo: { url: now.logo?.url ?? "", alt: event.currentTarget.value } })
            }
            maxLength={200}
          />
        </SimpleGrid>
        <Colours colours={now.colours ?? {}} change={(colours) => set({ colours })} />
        {LANGUAGES.map((language) => (
          <Voice key={language} language={language} guide={now} set={set} />
        ))}
        <Lines lines={now.lines ?? []} change={(lines) => set({ lines })} />
        <Senders senders={now.senders ?? {}} change={(senders) => set({ senders })} />
        <Limits limits={now.limits ?? {}} change={(limits) => set({ limits })} />
        <Checks checks={now.checks ?? {}} change={(checks) => set({ checks })} />
      </fieldset>
      {may ? <SaveBar draft={draft} saving={saving} unfit={!isWhole(now)} /> : null}
      <Before versions={versions} take={may ? draft.change : undefined} />
    </form>
  );
}

/** Whether every line and sender has what it needs. */
function isWhole(guide: Written): boolean {
  const senders = Object.values(guide.senders ?? {}).flat();
  const lines = guide.lines ?? [];
  return (
    !!guide.name.trim() &&
    senders.every((one) => one.name.trim()) &&
    lines.every((one) => one.name.trim() && Object.values(one.says).some((said) => said.trim()))
  );
}

interface VoiceProps {
  language: Language;
  guide: Written;
  set: (part: Partial<Written>) => void;
}

/** How the brand sounds in one language: its form of address, its words, and those it avoids. */
function Voice({ language, guide, set }: VoiceProps) {
  const { t } = useTranslation("settings");
  const words = guide.words?.[language] ?? {};
  const avoid = Object.entries(words.avoid ?? {}).map(([word, instead]) =>
    instead ? `${word} → ${instead}` : word,
  );
  const put = (part: typeof words) =>
    set({ words: { ...guide.words, [language]: { ...words, ...part } } });
  return (
    <section aria-label={t(`guide.in.${language}`)} className={classes.voice}>
      <Title order={3} fz="md">
        {t(`guide.in.${language}`)}
      </Title>
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm" mb="sm">
        <NativeSelect
          label={t("guide.address")}
          value={guide.address?.[language] ?? ""}
          onChange={(event) => {
            const { [language]: _, ...rest } = guide.address ?? {};
            const said = event.currentTarget.value;
            set({ address: said ? { ...rest, [language]: said } : rest });
          }}
          data={[
            { value: "", label: t("guide.anyAddress") },
            { value: "formal", label: t("guide.formal") },
            { value: "informal", label: t("guide.informal") },
          ]}
        />
        <TagsInput
          label={t("guide.use")}
          value={words.use ?? []}
          onChange={(use) => put({ use })}
        />
        <TagsInput
          label={t("guide.avoid")}
          description={t("guide.avoidHelp")}
          value={avoid}
          onChange={(all) => put({ avoid: Object.fromEntries(all.map(parted)) })}
        />
      </SimpleGrid>
    </section>
  );
}

function parted(text: string): [string, string] {
  const [word = "", instead = ""] = text.split(/→|->|=/).map((one) => one.trim());
  return [word, instead];
}

/** The versions before, each of which can be taken into the form again. */
function Before({ versions, take }: { versions: Past[]; take: ((guide: Written) => void) | undefined }) {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  const all = [...versions].reverse();
  if (all.length < 2) return null;
  return (
    <details className={classes.voice}>
      <summary>{t("rules.versions")}</summary>
      <ul className={classes.list}>
        {all.map((one) => (
          <li key={one.version}>
            <Text component="span">
              {t("guide.version", { version: one.version, at: fmt.dateTime(one.at) })}
            </Text>
            {take ? (
              <Button
                size="xs"
                variant="default"
                aria-label={t("rules.takeOne", { version: one.version })}
                onClick={() => take(one.guide as unknown as Written)}
              >
                {t("rules.take")}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </details>
  );
}
