// The picture with what belongs to it: the steps to choose from, the panel of a step, a trial.
import { Anchor, Button, Group, Kbd, Text } from "@mantine/core";
import { IconPlayerPlay, IconPlus } from "@tabler/icons-react";
import { Suspense, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { lazily } from "~/api/bring";
import type { Drawn, StepNumbers, VersionNumbers } from "./api";
import type { Behind } from "./Behind";
import { Canvas } from "./Canvas";
import { give, held } from "./clip";
import { copied, insert, type Kind, onwardOf, paste, remove, renameStep, type Way } from "./edit";
import { EntryPanel } from "./EntryPanel";
import classes from "./journeys.module.css";
import { ENTRY } from "./layout";
import { Palette } from "./Palette";
import { Picks, PicksOf } from "./picked";
import { below, HEAD, placed } from "./places";
import { StepPanel } from "./StepPanel";
import { firstWay, type Hands } from "./useHands";

const Trial = lazily(() => import("./Trial"));

interface Props {
  journey: string;
  drawn: Drawn;
  /** The text that was drawn: what is wrong stands at its places. */
  settled: string;
  text: string;
  numbers: Map<string, StepNumbers>;
  version: VersionNumbers | undefined;
  open: (behind: Behind) => void;
  undo: (() => void) | null;
  change?: (text: string, of?: string) => void;
}

type Side = "palette" | "trial" | undefined;

export function Flow(props: Props) {
  const { journey, drawn, settled, text, numbers, version, open, undo, change } = props;
  const { t } = useTranslation("journeys");
  const [picks] = useState(() => new Picks());
  const [selected, setSelected] = useState<string>();
  const [side, setSide] = useState<Side>();
  const [told, tell] = useState<{ says: string; undo: boolean }>();
  const [shown, show] = useState<{ key: string }>();
  const faults = useMemo(() => placed(settled, drawn.problems), [settled, drawn.problems]);
  const wrong = useMemo(() => {
    const found = drawn.cards.filter((_, at) => below(faults, [...HEAD, "steps", at]).length);
    return new Set(found.map((one) => one.key));
  }, [drawn.cards, faults]);
  // What the callbacks need is looked up when they are called: they stay the same for the picture.
  const now = useRef({ text, cards: drawn.cards, change, undo });
  useLayoutEffect(() => {
    now.current = { text, cards: drawn.cards, change, undo };
  });
  useLayoutEffect(() => picks.set({ selected }), [picks, selected]);
  const choose = useCallback(
    (key: string | undefined, focus = false) => {
      setSelected(key);
      if (key) picks.set({ current: key, marked: new Set() });
      if (key && focus) show({ key });
    },
    [picks],
  );
  const select = useCallback(
    (key: string, more: boolean) => {
      if (!more || key === ENTRY) return choose(key);
      const marked = new Set(picks.value.marked);
      if (!marked.delete(key)) marked.add(key);
      picks.set({ marked, current: key });
    },
    [choose, picks],
  );
  const close = useCallback(() => {
    const key = picks.value.selected;
    setSelected(undefined);
    if (key) document.querySelector<HTMLElement>(`[data-step="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  }, [picks]);
  const edit = useMemo(() => {
    if (!change) return undefined;
    const write = (next: string) => now.current.change?.(next);
    return {
      add: (way: Way, kind: Kind) => {
        const made = insert(now.current.text, way, kind);
        write(made.text);
        choose(made.key);
        tell(undefined);
      },
      paste: (way: Way, clip: string) => {
        const made = paste(now.current.text, clip, way);
        if (!made) return tell({ says: t("clip.nothing"), undo: false });
        write(made.text);
        picks.set({ marked: new Set(made.keys), current: made.keys[0] ?? ENTRY });
        tell({ says: t("clip.pasted", { count: made.keys.length }), undo: true });
      },
      rename: (from: string, to: string) => {
        write(renameStep(now.current.text, from, to));
        choose(to);
        tell({ says: t("rename.done", { from, to }), undo: true });
      },
      remove: (keys: string[], isCut: boolean) => {
        const { cards } = now.current;
        const onward = cards.find((one) => one.key === keys[0])?.ways.find((one) => one.to)?.to;
        write(remove(now.current.text, keys, cards));
        setSelected(undefined);
        picks.set({ marked: new Set(), current: onward && !keys.includes(onward) ? onward : ENTRY });
        tell({ says: t(isCut ? "clip.cutDone" : "clip.removed", { count: keys.length }), undo: true });
      },
    };
  }, [change !== undefined, choose, picks, t]); // eslint-disable-line react-hooks/exhaustive-deps
  const copiedSome = useCallback((count: number) => tell({ says: t("clip.copied", { count }), undo: false }), [t]);
  const hands: Hands = useMemo(
    () => ({
      picks, close, copied: copiedSome, text: () => now.current.text, ...(edit ? { edit } : {}),
    }),
    [picks, close, copiedSome, edit],
  ); // prettier-ignore
  const adding = useMemo(
    () => edit && { add: edit.add, paste: (way: Way) => edit.paste(way, held()) },
    [edit],
  );
  // The step that has the focus may be gone, or drawn only now.
  useEffect(() => {
    const { current } = picks.value;
    if (current !== ENTRY && !drawn.cards.some((one) => one.key === current)) picks.set({ current: ENTRY });
    if (document.activeElement === document.body && picks.value.marked.size + (told ? 1 : 0)) {
      document.querySelector<HTMLElement>(`[data-step="${CSS.escape(picks.value.current)}"]`)?.focus({ preventScroll: true });
    }
  }, [drawn.cards, picks]); // eslint-disable-line react-hooks/exhaustive-deps
  const card = drawn.cards.find((one) => one.key === selected);
  const take = (what: "copy" | "cut" | "remove" | "onward") => {
    if (!card) return;
    const keys = what === "onward" ? onwardOf(card.key, drawn.cards) : [card.key];
    if (what !== "remove") void give(copied(text, keys, drawn.cards));
    if (what === "remove" || what === "cut") edit?.remove(keys, what === "cut");
    else copiedSome(keys.length);
  };
  const isEntry = selected === ENTRY;
  const right = side === "trial" ? "trial" : card || isEntry ? "panel" : "none";
  return (
    <PicksOf.Provider value={picks}>
      <Group gap="xs" mb="xs">
        {edit ? (
          <Button
            size="compact-sm"
            variant="default"
            aria-expanded={side === "palette"}
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => setSide(side === "palette" ? undefined : "palette")}
          >
            {t("palette.open")}
          </Button>
        ) : null}
        <Button
          size="compact-sm"
          variant="default"
          aria-expanded={side === "trial"}
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
          onClick={() => setSide(side === "trial" ? undefined : "trial")}
        >
          {t("trial.open")}
        </Button>
        <Text size="sm" c="dimmed" visibleFrom="md">
          <Kbd size="xs">{"↑ ↓ ← →"}</Kbd> {t("keys.walk")} <Kbd size="xs">{"Enter"}</Kbd> {t("keys.open")}{" "}
          {edit ? (
            <>
              <Kbd size="xs">{"+"}</Kbd> {t("keys.add")} <Kbd size="xs">{t("keys.delKey")}</Kbd> {t("keys.remove")}{" "}
              <Kbd size="xs">{t("keys.clipKeys")}</Kbd>
            </>
          ) : null}
        </Text>
      </Group>
      <div className={classes.desk} data-left={side === "palette" && edit ? true : undefined} data-right={right}>
        {side === "palette" && edit ? (
          <aside className={`k-card ${classes.panel}`} aria-label={t("palette.label")}>
            <Text size="sm" c="dimmed" mb={6}>
              {t("palette.help")}
            </Text>
            <Palette
              choose={(kind) => {
                const way = firstWay(drawn.cards, picks.value.current);
                if (way) edit.add(way, kind);
              }}
              paste={() => {
                const way = firstWay(drawn.cards, picks.value.current);
                if (way) edit.paste(way, held());
              }}
            />
          </aside>
        ) : null}
        <div className={classes.picture}>
        <Canvas
          drawn={drawn}
          numbers={numbers}
          entered={version?.entered}
          wrong={wrong}
          select={select}
          hands={hands}
          shown={shown}
          {...(adding ? { adding } : {})}
        />
          <div className={classes.notice} role="status">
            {told ? (
              <span>
                {told.says}{" "}
                {told.undo && undo ? (
                  <Anchor
                    component="button"
                    type="button"
                    fz="inherit"
                    onClick={() => {
                      undo();
                      tell(undefined);
                    }}
                  >
                    {t("undo")}
                  </Anchor>
                ) : null}
              </span>
            ) : null}
          </div>
        </div>
        {side === "trial" ? (
          <Suspense fallback={<aside className={`k-card ${classes.panel}`} aria-label={t("trial.title")} />}>
            <Trial
              journey={journey}
              text={text}
              ready={!drawn.problems.length}
              walk={(seen, at) => {
                picks.set({ seen, now: at });
                if (at) show({ key: at });
              }}
              close={() => setSide(undefined)}
            />
          </Suspense>
        ) : null}
        {side !== "trial" && card ? (
          <StepPanel
            key={card.key}
            card={card}
            text={text}
            faults={faults}
            numbers={numbers.get(card.key)}
            taken={drawn.cards.map((one) => one.key)}
            rename={edit && ((to) => edit.rename(card.key, to))}
            take={take}
            close={close}
            open={open}
            {...(change ? { change } : {})}
          />
        ) : null}
        {side !== "trial" && isEntry ? (
          <EntryPanel
            head={drawn.head}
            version={version}
            open={open}
            text={text}
            faults={faults}
            close={close}
            {...(change ? { change } : {})}
          />
        ) : null}
      </div>
    </PicksOf.Provider>
  );
}
