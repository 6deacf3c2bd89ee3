// The business in figures: what messages brought in a period, and what needs somebody now.
import { Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Asked, Empty, Page, Sentence, useFmt } from "~/kit";
import { SampleMark } from "~/rooms/start/SampleMark";
import { type Behind, definitionsQuery, type Found, overviewQuery } from "./asks";
import { BehindSheet } from "./BehindSheet";
import { Figures } from "./Figures";
import { Picker } from "./Picker";
import { RevenueDays } from "./RevenueDays";
import { useSpan } from "./span";
import { Campaigns, Channels, Consents, Outcomes, Section, Segments } from "./Tables";

export default function Overview() {
  const { t, i18n } = useTranslation("overview");
  const of = useSpan();
  const found = useQuery(overviewQuery(of.span, i18n.language));
  const currencies = found.data?.currencies ?? [];
  const asked = of.asked.currency;
  const currency = asked && currencies.includes(asked) ? asked : (found.data?.currency ?? "");
  return (
    <Page
      title={t("title")}
      below={<Picker of={of} currencies={currencies} currency={currency} />}
    >
      <SampleMark />
      <Asked of={found}>
        {(data) => (
          <Stack gap="xl" aria-busy={found.isPlaceholderData}>
            <Now of={data} />
            {isNew(data) ? <Nothing /> : <Whole of={data} currency={currency} span={of.span} />}
          </Stack>
        )}
      </Asked>
    </Page>
  );
}

/** Nobody came, nothing was sold or sent in the period, nor in the one before. */
function isNew(of: Found): boolean {
  return of.figures.every((one) => !one.now.numerator && !one.before?.numerator);
}

function Nothing() {
  const { t } = useTranslation("overview");
  return (
    <Empty
      title={t("empty.title")}
      action={<Link to={"/start" as string}>{t("empty.go")}</Link>}
    >
      {t("empty.help")}
    </Empty>
  );
}

interface WholeProps {
  of: Found;
  currency: string;
  span: ReturnType<typeof useSpan>["span"];
}

function Whole({ of, currency, span }: WholeProps) {
  const { t, i18n } = useTranslation("overview");
  const [behind, open] = useState<Behind>();
  const told = useQuery(definitionsQuery(i18n.language));
  const definitions = useMemo(() => new Map(told.data?.map((one) => [one.key, one])), [told.data]);
  return (
    <>
      <Figures figures={of.figures} currency={currency} definitions={definitions} open={open} />
      <Section title={t("days.title")}>
        <RevenueDays of={of} currency={currency} />
      </Section>
      {of.channels.length ? (
        <Section title={t("channels.title")}>
          <Channels of={of} currency={currency} open={open} />
        </Section>
      ) : null}
      <Section title={t("campaigns.title")}>
        <Campaigns of={of} currency={currency} open={open} />
      </Section>
      <Section title={t("segments.title")}>
        <Text size="sm" c="dimmed" maw="80ch">
          {definitions.get("segment_revenue")?.definition}
        </Text>
        <Segments of={of} currency={currency} open={open} />
      </Section>
      {of.outcomes.length ? (
        <Section title={t("outcomes.title")}>
          <Outcomes of={of} open={open} />
        </Section>
      ) : null}
      <Section title={t("consents.title")}>
        <Consents of={of} />
      </Section>
      {behind ? <BehindSheet span={span} behind={behind} close={() => open(undefined)} /> : null}
    </>
  );
}

/** How fresh the figures are, how the system is, and which journeys need somebody. */
function Now({ of }: { of: Found }) {
  const { t } = useTranslation("overview");
  const fmt = useFmt();
  const ill = of.health.filter((one) => !one.ok);
  const Icon = ill.length ? IconAlertTriangle : IconCircleCheck;
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {t("counted", {
          from: fmt.date(of.period.first),
          to: fmt.date(of.period.last),
          at: fmt.dateTime(of.counted_at),
          zone: of.zone,
        })}
        {of.open_until ? ` ${t("open", { until: fmt.dateTime(of.open_until) })}` : null}
      </Text>
      <Text size="sm" style={{ display: "flex", gap: 6, alignItems: "start" }}>
        <Icon
          size={18}
          aria-hidden
          style={{ flex: "none", color: ill.length ? "var(--k-warn)" : "var(--k-good)" }}
        />
        <span>{ill.length ? ill.map((one) => one.sentence).join(" ") : t("health.well")}</span>
      </Text>
      {of.attention.length ? (
        <Section title={t("attention.title")}>
          <Stack component="ul" gap={4} m={0} pl="md">
            {of.attention.map((one) => (
              <li key={`${one.key}/${one.reason}`}>
                <Sentence text={one.sentence} />
                <Link to={`/journeys/${one.key}` as string}>
                  {t("attention.open", { name: one.name })}
                </Link>
              </li>
            ))}
          </Stack>
        </Section>
      ) : null}
    </Stack>
  );
}
