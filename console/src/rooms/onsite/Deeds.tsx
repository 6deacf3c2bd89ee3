// Publish, pause, show again, end, archive, bring back, versions, drop: each says what it touches.
import { Button, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { Confirm, useFmt } from "~/kit";
import { end, turn, type Turn, type Whole } from "./api";
import { languagesOf, type State, stateOf, textsOf, type Wanted } from "./shape";

type Deed = Turn | "publish" | "end";

interface Props {
  wanted: Wanted;
  whole: Whole | null;
  dirty: boolean;
  /** How much is to be mended before it can go live. */
  faults: number;
  publish: () => Promise<void>;
  drop: () => void;
  versions: () => void;
}

export function Deeds({ wanted, whole, dirty, faults, publish, drop, versions }: Props) {
  const { t } = useTranslation("onsite");
  const [asked, setAsked] = useState<Deed | null>(null);
  const mayEdit = useMay("journeys.edit");
  const act = async (which: Deed) => {
    if (which === "publish") return publish();
    if (whole) await (which === "end" ? end(whole) : turn(whole, which));
  };
  const state = whole ? stateOf(whole) : "draft";
  const deed = asked ?? "publish";
  return (
    <>
      {whole ? (
        <Button size="sm" variant="default" onClick={versions}>
          {t("versions.title")}
        </Button>
      ) : null}
      {mayEdit && dirty ? (
        <Button size="sm" variant="default" onClick={drop}>
          {t("drop.button")}
        </Button>
      ) : null}
      {mayEdit
        ? turnsOf(whole, state).map((one) => (
            <Button key={one} size="sm" variant="default" onClick={() => setAsked(one)}>
              {t(`deed.${one}`)}
            </Button>
          ))
        : null}
      {mayEdit && dirty && state !== "archived" ? (
        <Button size="sm" disabled={faults > 0} onClick={() => setAsked("publish")}>
          {faults ? t("deed.mend", { count: faults }) : t("deed.publishAsk")}
        </Button>
      ) : null}
      <Confirm
        opened={asked !== null}
        close={() => setAsked(null)}
        title={t(`deed.${deed}`)}
        touches={<Touches deed={deed} wanted={wanted} whole={whole} />}
        word={t(`deed.${deed}`)}
        act={() => act(deed)}
      />
    </>
  );
}

/** What can be done with what is live, beside publishing. */
function turnsOf(whole: Whole | null, state: State): Deed[] {
  if (!whole) return [];
  if (state === "archived") return ["restore"];
  const turns: Deed[] = state === "ended" ? [] : [whole.paused ? "resume" : "pause"];
  if (state === "live" || state === "paused") turns.push("end");
  return [...turns, "archive"];
}

interface TouchesProps {
  deed: Deed;
  wanted: Wanted;
  whole: Whole | null;
}

function Touches({ deed, wanted, whole }: TouchesProps) {
  const { t } = useTranslation("onsite");
  const fmt = useFmt();
  const texts = textsOf(wanted);
  const urls = wanted.triggers?.urls ?? [];
  const name = wanted.name;
  if (deed !== "publish") return <Text>{t(`deed.${deed}Says`, { name })}</Text>;
  const spoken = languagesOf(texts.find((one) => languagesOf(one).length));
  const lines = [
    whole ? t("deed.replaces", { version: whole.version }) : "",
    whole?.paused ? t("deed.staysPaused") : "",
    t("deed.where", { where: urls.length ? urls.join(", ") : t("everywhere") }),
    t("deed.spoken", { languages: spoken.map((one) => t(`language.${one}`)).join(", ") }),
    wanted.audience ? t("deed.audience") : "",
    texts.length > 1 ? t("deed.compared", { count: texts.length }) : "",
    wanted.from ? t("deed.from", { when: fmt.dateTime(wanted.from) }) : "",
    wanted.until ? t("deed.until", { when: fmt.dateTime(wanted.until) }) : "",
  ];
  return (
    <Stack gap="xs">
      <Text dir="auto">{t("deed.publishSays", { name })}</Text>
      {lines.filter(Boolean).map((one) => (
        <Text key={one} size="sm" dir="auto">
          {one}
        </Text>
      ))}
    </Stack>
  );
}
