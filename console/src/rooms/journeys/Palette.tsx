// The kinds of steps to choose from: found by typing, dragged onto a way, or chosen by a key.
import { Text, TextInput, UnstyledButton } from "@mantine/core";
import { IconClipboard, IconSearch } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { fold } from "~/fmt";
import { held } from "./clip";
import { countOf, GROUPS, type Kind } from "./edit";
import classes from "./journeys.module.css";
import { useAboutWord, useKindWord } from "./kinds";
import { ICONS } from "./StepCard";

export const DRAGGED = "application/x-kervan-step";
const BUTTONS = "button[data-kind]";

interface Props {
  choose: (kind: Kind) => void;
  /** Puts what was copied here; not given where nothing can be put. */
  paste?: () => void;
  focused?: boolean;
}

export function Palette({ choose, paste, focused }: Props) {
  const { t } = useTranslation("journeys");
  const word = useKindWord();
  const about = useAboutWord();
  const [sought, seek] = useState("");
  const box = useRef<HTMLDivElement>(null);
  // At once: who has pressed + goes on typing.
  useEffect(() => {
    if (focused) box.current?.querySelector("input")?.focus({ preventScroll: true });
  }, [focused]);
  const wanted = fold(sought.trim());
  const fits = (kind: Kind) => fold(`${word(kind)} ${about(kind)}`).includes(wanted);
  const groups = Object.entries(GROUPS).map(([group, kinds]) => ({
    group: group as keyof typeof GROUPS,
    kinds: (kinds as readonly Kind[]).filter(fits),
  }));
  const first = groups.flatMap((one) => one.kinds)[0];
  const copied = paste ? countOf(held()) : 0;
  const go = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const all = [...(box.current?.querySelectorAll<HTMLElement>(`input, ${BUTTONS}`) ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const next = all[at + (event.key === "ArrowDown" ? 1 : -1)];
    event.preventDefault();
    event.stopPropagation();
    next?.focus();
  };
  return (
    <div ref={box} onKeyDown={go} className={classes.palette}>
      <TextInput
        size="xs"
        aria-label={t("palette.search")}
        placeholder={t("palette.search")}
        leftSection={<IconSearch size={14} aria-hidden />}
        value={sought}
        {...(focused ? { "data-autofocus": true } : {})}
        onChange={(event) => seek(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !first) return;
          event.preventDefault();
          choose(first);
        }}
      />
      {copied ? (
        <UnstyledButton className={classes.kindRow} data-kind="paste" onClick={paste}>
          <span className={classes.icon} aria-hidden>
            <IconClipboard size={15} stroke={1.7} />
          </span>
          <span>{t("palette.paste", { count: copied })}</span>
        </UnstyledButton>
      ) : null}
      {first ? null : (
        <Text size="sm" c="dimmed" role="status">
          {t("palette.none")}
        </Text>
      )}
      {groups.map(({ group, kinds }) =>
        kinds.length ? (
          <div key={group} role="group" aria-label={t(`group.${group}`)}>
            <Text className={classes.kind} mt={6}>
              {t(`group.${group}`)}
            </Text>
            <ul className={classes.kinds}>
              {kinds.map((kind) => {
                const Sign = ICONS[kind];
                return (
                  <li key={kind}>
                    <UnstyledButton
                      className={classes.kindRow}
                      data-kind={kind}
                      draggable
                      onDragStart={(event) => {
                        event.dataTransfer.setData(DRAGGED, kind);
                        event.dataTransfer.effectAllowed = "copy";
                      }}
                      onClick={() => choose(kind)}
                    >
                      <span className={classes.icon} aria-hidden>
                        {Sign ? <Sign size={15} stroke={1.7} /> : null}
                      </span>
                      <span>
                        <span className={classes.kindName}>{word(kind)}</span>
                        <span className={classes.kindAbout}>{about(kind)}</span>
                      </span>
                    </UnstyledButton>
                  </li>
                );
              })}
            </ul>
          </div>
        ) : null,
      )}
    </div>
  );
}
