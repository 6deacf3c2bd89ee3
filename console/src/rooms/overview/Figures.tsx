// The figures in a row: each with its meaning, its change, its sample, and the way behind it.
import { Anchor, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { Figure, useFmt } from "~/kit";
import type { Behind, Definition, FigureOf } from "./asks";

const SHOWN = ["attributed_revenue", "cr", "aov", "repeat", "ctr", "unsubscribe_rate"];

interface Props {
  figures: FigureOf[];
  currency: string;
  definitions: Map<string, Definition>;
  open: (behind: Behind) => void;
}

export function Figures({ figures, currency, definitions, open }: Props) {
  const shown = SHOWN.flatMap((key) =>
    figures.filter((one) => one.key === key && ["", currency].includes(one.currency)),
  );
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm">
      {shown.map((one) => (
        <One key={one.key} of={one} means={definitions.get(one.key)} open={open} />
      ))}
    </SimpleGrid>
  );
}

interface OneProps {
  of: FigureOf;
  means: Definition | undefined;
  open: Props["open"];
}

function One({ of, means, open }: OneProps) {
  const say = useAmount();
  const name = means?.name ?? of.key;
  return (
    <Figure
      label={name}
      value={say(of, of.now.value)}
      definition={means ? <Meaning of={means} /> : undefined}
      note={
        <Stack gap={2}>
          {of.before ? <Change of={of} good={means?.good ?? "up"} /> : null}
          <Sample of={of} />
          <Ways of={of} name={name} open={open} />
        </Stack>
      }
    />
  );
}

function Meaning({ of }: { of: Definition }) {
  const parts = [of.numerator, of.denominator].filter(Boolean);
  return (
    <>
      {of.definition}
      <Text component="span" display="block" size="sm" c="dimmed" mt={4}>
        {parts.join(" ÷ ")}
      </Text>
    </>
  );
}

/** Where the two intervals meet, the change is told and nothing is made of it. */
function Change({ of, good }: { of: FigureOf; good: Definition["good"] }) {
  const { t } = useTranslation("overview");
  const fmt = useFmt();
  const say = useAmount();
  const was = say(of, of.before?.value ?? null);
  if (was === undefined) return <span>{t("change.none")}</span>;
  const before = t("change.before", { was });
  if (of.now.value === of.before?.value) return <span>{`= ${t("change.same")} · ${before}`}</span>;
  // From nothing there is no telling how many times more it is.
  if (of.change === null) return <span>{before}</span>;
  const by = fmt.percent(Math.abs(of.change));
  const isUp = of.change > 0;
  const way = isUp ? `▲ ${t("change.up", { by })}` : `▼ ${t("change.down", { by })}`;
  const isGood = isUp === (good === "up");
  const mayBeChance = meet(of);
  const colour = mayBeChance ? undefined : isGood ? "var(--k-good)" : "var(--k-bad)";
  const verdict = mayBeChance ? "chance" : isGood ? "better" : "worse";
  return (
    <span>
      <span style={{ color: colour }}>{`${way}, ${t(`change.${verdict}`)}`}</span>
      {` · ${before}`}
    </span>
  );
}

function meet({ now, before }: FigureOf): boolean {
  if (now.low === null || now.high === null || !before) return false;
  if (before.low === null || before.high === null) return false;
  return now.low <= before.high && before.low <= now.high;
}

function Sample({ of }: { of: FigureOf }) {
  const { t } = useTranslation("overview");
  const fmt = useFmt();
  const { numerator, denominator, low, high } = of.now;
  if (denominator === null) return null;
  if (of.unit === "money") return <span>{t("sample.orders", { count: denominator })}</span>;
  const part = t("sample.part", { n: numerator, of: denominator });
  if (low === null || high === null) return <span>{part}</span>;
  const between = t("sample.interval", {
    low: fmt.percent(low, 2),
    high: fmt.percent(high, 2),
  });
  return <span>{`${part} · ${between}`}</span>;
}

/** Buttons to the people and the messages, for who may see them and where there are any. */
function Ways({ of, name, open }: { of: FigureOf; name: string; open: Props["open"] }) {
  const { t } = useTranslation("overview");
  const may = useMay("people.read");
  if (!may || !of.now.numerator) return null;
  const ways = (["people", "messages"] as const).filter((what) => of.links[what]);
  return (
    <Group gap="sm">
      {ways.map((what) => (
        <Anchor
          key={what}
          component="button"
          type="button"
          size="sm"
          aria-label={`${name}: ${t(`behind.${what}`)}`}
          onClick={() => open({ what, metric: of.key, title: name, currency: of.currency })}
        >
          {t(`behind.${what}`)}
        </Anchor>
      ))}
    </Group>
  );
}

/** An amount as its figure is written; undefined where there is none. */
export function useAmount() {
  const fmt = useFmt();
  return (of: FigureOf, value: number | null): string | undefined => {
    if (value === null) return undefined;
    if (of.unit === "money") return fmt.money(Math.round(value), of.currency);
    return of.unit === "share" ? fmt.percent(value, 2) : fmt.number(value);
  };
}
