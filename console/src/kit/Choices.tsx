// One of several, each with a sentence or two: cards that are chosen with a click or with arrows.
import { Stack, Text, UnstyledButton } from "@mantine/core";
import { type KeyboardEvent, type ReactNode, useId } from "react";
import classes from "./Choices.module.css";

export interface Choice {
  value: string;
  body: ReactNode;
}

interface Props {
  label: string;
  all: Choice[];
  value: string;
  change: (value: string) => void;
}

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/** Tab comes to the chosen one and leaves them all; arrows choose, as in any group of radios. */
export function Choices({ label, all, value, change }: Props) {
  const name = useId();
  const at = Math.max(0, all.findIndex((one) => one.value === value));
  const press = (event: KeyboardEvent<HTMLElement>) => {
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = (at + step + all.length) % all.length;
    const chosen = all[next];
    if (chosen) change(chosen.value);
    event.currentTarget.querySelectorAll<HTMLElement>("[role=radio]")[next]?.focus();
  };
  return (
    <div>
      <Text id={name} fw={600} mb="sm">
        {label}
      </Text>
      <Stack gap={6} role="radiogroup" aria-labelledby={name} onKeyDown={press}>
        {all.map((one, place) => (
          <UnstyledButton
            key={one.value}
            role="radio"
            aria-checked={one.value === value}
            tabIndex={place === at ? 0 : -1}
            className={classes.choice}
            onClick={() => change(one.value)}
          >
            {one.body}
          </UnstyledButton>
        ))}
      </Stack>
    </div>
  );
}
