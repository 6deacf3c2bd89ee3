// Of a trial: what becomes of each step's message, and which way each experiment draws.
import { NativeSelect, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { components } from "~/api/schema";
import { read } from "./places";

type Attempt = components["schemas"]["Attempt"];

/** By step; without a word its message goes out and nothing follows. */
export type Becoming = Partial<Record<string, Becomes>>;
/** By step: a way; without one it draws by itself. */
export type Draws = Partial<Record<string, string>>;

const BECOMES = [
  "sent", "delivered", "opens", "clicks", "bounces", "failed", "suppressed",
] as const; // prettier-ignore
type Becomes = (typeof BECOMES)[number];
/** What she does with a message, and what must have become of it before. */
const REACTS = { opens: "delivered", clicks: "delivered", bounces: "sent" } as const;

interface Step {
  key?: unknown;
  kind?: unknown;
  tries?: unknown;
  ways?: unknown;
}

function stepsOf(text: string): Step[] {
  const steps = read(text).steps;
  return Array.isArray(steps) ? steps.filter((one): one is Step => !!one && typeof one === "object") : [];
}

/** Whatever sends a message, by what stories call it: a sequence's second try is "ask.2". */
export function lettersOf(text: string): string[] {
  return stepsOf(text).flatMap((one) => {
    const key = String(one.key ?? "");
    if (one.kind === "send" || one.kind === "send_email") return [key];
    if (one.kind !== "sequence") return [];
    const tries = Array.isArray(one.tries) ? one.tries.length : 1;
    return Array.from({ length: tries }, (_, at) => `${key}.${at + 1}`);
  });
}

/** The experiments and their ways. */
export function drawsOf(text: string): [step: string, ways: string[]][] {
  return stepsOf(text)
    .filter((one) => one.kind === "experiment" && Array.isArray(one.ways))
    .map((one) => {
      const ways = one.ways as ({ name?: unknown } | null)[];
      return [String(one.key ?? ""), ways.map((way) => String(way?.name ?? "")).filter(Boolean)];
    });
}

/** The wish as the server reads it; of steps that are gone nothing is said. */
export function asOutcomes(
  value: Becoming,
  messages: string[],
): { outcomes: NonNullable<Attempt["outcomes"]>; reactions: NonNullable<Attempt["reactions"]> } {
  const outcomes: NonNullable<Attempt["outcomes"]> = {};
  const reactions: NonNullable<Attempt["reactions"]> = {};
  for (const step of messages) {
    const said = value[step];
    if (said === "opens" || said === "clicks" || said === "bounces") {
      outcomes[step] = REACTS[said];
      reactions[step] = said;
    } else if (said) outcomes[step] = said;
  }
  return { outcomes, reactions };
}

export function waysOf(value: Draws, draws: [string, string[]][]): Record<string, string> {
  return Object.fromEntries(
    draws.flatMap(([step, ways]) => {
      const way = value[step];
      return way && ways.includes(way) ? [[step, way]] : [];
    }),
  );
}

interface OutcomesProps {
  messages: string[];
  value: Becoming;
  change: (value: Becoming) => void;
}

export function Outcomes({ messages, value, change }: OutcomesProps) {
  const { t } = useTranslation("journeys");
  if (!messages.length) return null;
  return (
    <Stack gap={6} role="group" aria-label={t("trial.outcomes")}>
      <Text size="sm" fw={500}>
        {t("trial.outcomes")}
      </Text>
      {messages.map((step) => (
        <NativeSelect
          key={step}
          label={t("trial.outcome", { step })}
          value={value[step] ?? "sent"}
          data={BECOMES.map((one) => ({ value: one, label: t(`trial.becomes.${one}`) }))}
          onChange={(event) =>
            change({ ...value, [step]: event.currentTarget.value as Becomes })
          }
        />
      ))}
    </Stack>
  );
}

interface DrawProps {
  draws: [string, string[]][];
  value: Draws;
  change: (value: Draws) => void;
}

export function Draw({ draws, value, change }: DrawProps) {
  const { t } = useTranslation("journeys");
  if (!draws.length) return null;
  return (
    <Stack gap={6} role="group" aria-label={t("trial.draws")}>
      <Text size="sm" fw={500}>
        {t("trial.draws")}
      </Text>
      {draws.map(([step, ways]) => {
        const now = value[step] ?? "";
        return (
          <NativeSelect
            key={step}
            label={t("trial.draw", { step })}
            value={ways.includes(now) ? now : ""}
            data={[
              { value: "", label: t("trial.chance") },
              ...ways.map((one) => ({ value: one, label: one })),
            ]}
            onChange={(event) => change({ ...value, [step]: event.currentTarget.value })}
          />
        );
      })}
    </Stack>
  );
}
