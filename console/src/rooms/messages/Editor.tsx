// The texts of a message: which there are, one or two of them to write in, and how they are read.
import { Group, SegmentedControl, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isLocale } from "~/fmt";
import { checkedQuery, type Reader } from "./api";
import { Findings } from "./Findings";
import { Matrix } from "./Matrix";
import classes from "./messages.module.css";
import { Preview } from "./Preview";
import {
  type Channel, channelsOf, type Definition, findingsIn, type Language, LANGUAGES, tidied, withVariant,
} from "./shape"; // prettier-ignore
import { Variant } from "./Variant";

const PAUSE_MS = 500;

interface Props {
  definition: Definition;
  mayEdit: boolean;
  busy: boolean;
  change: (next: Definition) => void;
  /** Saving has been refused: what is wrong is said aloud. */
  refused: boolean;
  about: () => void;
}

export interface Place {
  channel: Channel;
  language: Language;
}

export function Editor({ definition, mayEdit, busy, change, refused, about }: Props) {
  const { t, i18n } = useTranslation("messages");
  const [wanted, setWanted] = useState<Place>(() => firstOf(definition, i18n.language));
  const [beside, setBeside] = useState<Language | "">("");
  const [reader, setReader] = useState<Reader>({ person: "", name: "Aynur" });
  const [asked] = useDebouncedValue(JSON.stringify(tidied(definition)), PAUSE_MS);
  const checked = useQuery(checkedQuery(asked, mayEdit, i18n.language));
  const findings = checked.data ?? [];
  const channels = channelsOf(definition.variants);
  const channel = channels.includes(wanted.channel) ? wanted.channel : channels[0];
  const place = channel ? { channel, language: wanted.language } : null;
  const others = LANGUAGES.filter((one) => one !== wanted.language);
  const side = beside && beside !== wanted.language ? beside : "";
  return (
    <>
      <Matrix
        definition={definition}
        findings={findings}
        place={place}
        choose={setWanted}
        {...(mayEdit ? { change } : {})}
      />
      {place ? (
        <div className={classes.work}>
          <div className={classes.fields}>
            <Group gap="xs" mb="sm" justify="space-between">
              <Text size="sm" c="dimmed">
                {t("beside.label")}
              </Text>
              <SegmentedControl
                size="xs"
                aria-label={t("beside.label")}
                value={side}
                onChange={(value) => setBeside(value as Language | "")}
                data={[
                  { value: "", label: t("beside.none") },
                  ...others.map((one) => ({ value: one as string, label: t(`language.${one}`) })),
                ]}
              />
            </Group>
            {/* Nothing is typed between sending and its answer: it would be taken for saved. */}
            <fieldset
              className={`${classes.fields} ${side ? classes.pair : ""}`}
              disabled={!mayEdit || busy}
            >
              <legend className="k-hidden">{t("texts")}</legend>
              {[place.language, ...(side ? [side] : [])].map((language) => (
                <Variant
                  key={`${place.channel}/${language}`}
                  definition={definition}
                  channel={place.channel}
                  language={language}
                  findings={findingsIn(findings, place.channel, language)}
                  change={(fields) => change(withVariant(definition, place.channel, language, fields))}
                  mayEdit={mayEdit}
                />
              ))}
            </fieldset>
          </div>
          <aside className={classes.side} aria-label={t("preview.title")}>
            <Preview
              definition={definition}
              channel={place.channel}
              language={place.language}
              reader={reader}
              read={setReader}
            />
            <Findings checked={checked} choose={setWanted} refused={refused} about={about} />
          </aside>
        </div>
      ) : (
        <Findings checked={checked} choose={setWanted} refused={refused} about={about} />
      )}
    </>
  );
}

/** Where one begins: the first channel, in the reader's own language if it has that. */
function firstOf(definition: Definition, speaks: string): Place {
  const channel = channelsOf(definition.variants)[0] ?? "email";
  const written = Object.keys(definition.variants[channel] ?? {});
  const own = [speaks, definition.language ?? "", ...written].find((one) => written.includes(one));
  return { channel, language: isLocale(own) ? own : "tr" };
}
