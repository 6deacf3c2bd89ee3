// What channels and campaigns brought, what became of the messages, and how consent grew.
import { Anchor, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { DataTable, useFmt } from "~/kit";
import type { Behind, ChannelRow, Found } from "./asks";
import { useWord } from "./words";

interface Props {
  of: Found;
  currency: string;
  open: (behind: Behind) => void;
}

// What never set out: a rule, its time or a change of plan kept it, or it was of a hold-out.
const KEPT = ["suppressed", "expired", "cancelled", "ghost"];

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack component="section" gap="xs">
      <Title order={2} fz="lg">
        {title}
      </Title>
      {children}
    </Stack>
  );
}

/** A number that opens what is behind it; only a number for who may not see people. */
function useWay(open: Props["open"]) {
  const may = useMay("people.read");
  const fmt = useFmt();
  return (count: number, behind: Behind) =>
    count && may ? (
      <Anchor component="button" type="button" fz="inherit" onClick={() => open(behind)}>
        {fmt.number(count)}
      </Anchor>
    ) : (
      fmt.number(count)
    );
}

export function Channels({ of, currency, open }: Props) {
  const { t } = useTranslation("overview");
  const fmt = useFmt();
  const word = useWord();
  const number = useWay(open);
  const figure = (row: ChannelRow, key: string) => row.figures.find((one) => one.key === key)?.now;
  const share = (row: ChannelRow, key: string) => {
    const value = figure(row, key)?.value;
    return value === null || value === undefined ? "–" : fmt.percent(value, 2);
  };
  const sent = (row: ChannelRow) =>
    of.outcomes
      .filter((one) => one.channel === row.channel && !KEPT.includes(one.outcome))
      .reduce((sum, one) => sum + one.messages, 0);
  const brought = (row: ChannelRow) => row.revenue.find((one) => one.currency === currency);
  const behind = (row: ChannelRow, metric: string, what: Behind["what"]): Behind => ({
    what, metric, channel: row.channel, title: word("channel", row.channel),
  }); // prettier-ignore
  return (
    <DataTable
      label={t("channels.title")}
      rows={of.channels}
      rowKey={(one) => one.channel}
      columns={[
        {
          key: "channel",
          head: t("channels.channel"),
          sortBy: (one) => word("channel", one.channel),
          cell: (one) => word("channel", one.channel),
        },
        { key: "sent", head: t("channels.sent"), align: "right", wide: true, sortBy: sent,
          cell: (one) => fmt.number(sent(one)) },
        {
          key: "delivered",
          head: t("channels.delivered"),
          align: "right",
          wide: true,
          sortBy: (one) => figure(one, "messages")?.numerator ?? 0,
          cell: (one) =>
            number(figure(one, "messages")?.numerator ?? 0, behind(one, "messages", "messages")),
        },
        {
          key: "clicked",
          head: t("channels.clicked"),
          align: "right",
          wide: true,
          sortBy: (one) => figure(one, "ctr")?.numerator ?? 0,
          cell: (one) => number(figure(one, "ctr")?.numerator ?? 0, behind(one, "ctr", "people")),
        },
        { key: "ctr", head: t("channels.ctr"), align: "right",
          sortBy: (one) => figure(one, "ctr")?.value ?? null, cell: (one) => share(one, "ctr") },
        { key: "orders", head: t("channels.orders"), align: "right", wide: true,
          sortBy: (one) => brought(one)?.orders ?? 0,
          cell: (one) => fmt.number(brought(one)?.orders ?? 0) },
        { key: "cr", head: t("channels.cr"), align: "right", wide: true,
          sortBy: (one) => figure(one, "cr")?.value ?? null, cell: (one) => share(one, "cr") },
        { key: "revenue", head: t("channels.revenue"), align: "right",
          sortBy: (one) => brought(one)?.revenue_minor ?? 0,
          cell: (one) => (currency ? fmt.money(brought(one)?.revenue_minor ?? 0, currency) : "–") },
      ]} // prettier-ignore
    />
  );
}

export function Outcomes({ of, open }: Omit<Props, "currency">) {
  const { t } = useTranslation("overview");
  const fmt = useFmt();
  const word = useWord();
  const number = useWay(open);
  return (
    <DataTable
      label={t("outcomes.title")}
      rows={of.outcomes}
      rowKey={(one) => `${one.channel}/${one.outcome}`}
      columns={[
        { key: "channel", head: t("channels.channel"), cell: (one) => word("channel", one.channel) },
        { key: "outcome", head: t("outcomes.outcome"), cell: (one) => word("outcome", one.outcome) },
        {
          key: "count",
          head: t("outcomes.messages"),
          align: "right",
          sortBy: (one) => one.messages,
          cell: (one) =>
            number(one.messages, {
              what: "messages", metric: "messages", channel: one.channel, outcome: one.outcome,
              title: `${word("channel", one.channel)}, ${word("outcome", one.outcome)}`,
            }), // prettier-ignore
        },
        {
          key: "before",
          head: t("before"),
          align: "right",
          wide: true,
          cell: (one) => (one.before === null ? "–" : fmt.number(one.before)),
        },
      ]}
    />
  );
}

export function Campaigns({ of, currency, open }: Props) {
  const { t } = useTranslation("overview");
  const fmt = useFmt();
  const word = useWord();
  const number = useWay(open);
  const rows = of.campaigns.filter((one) => one.currency === currency);
  if (!rows.length) return <Text c="dimmed">{t("campaigns.none")}</Text>;
  return (
    <DataTable
      label={t("campaigns.title")}
      rows={rows}
      rowKey={(one) => `${one.kind}/${one.key}/${one.channel}`}
      columns={[
        { key: "name", head: t("campaigns.name"),
          cell: (one) => <span dir="auto">{one.name}</span> },
        { key: "channel", head: t("channels.channel"), wide: true,
          cell: (one) => word("channel", one.channel) },
        {
          key: "people",
          head: t("behind.people"),
          align: "right",
          sortBy: (one) => one.people,
          cell: (one) =>
            number(one.people, {
              what: "people", metric: "attributed_revenue", channel: one.channel, currency,
              campaign: `${one.kind}:${one.key}`, title: one.name,
            }),
        },
        { key: "orders", head: t("channels.orders"), align: "right", wide: true,
          sortBy: (one) => one.orders, cell: (one) => fmt.number(one.orders) },
        { key: "revenue", head: t("channels.revenue"), align: "right",
          sortBy: (one) => one.revenue_minor,
          cell: (one) => fmt.money(one.revenue_minor, currency) },
      ]} // prettier-ignore
    />
  );
}

/** By segment, of who was in it then; rows overlap, and the sentence above them says so. */
export function Segments({ of, currency, open }: Props) {
  const { t } = useTranslation("overview");
  const fmt = useFmt();
  const number = useWay(open);
  const rows = of.segments.filter((one) => one.currency === currency);
  if (!rows.length) return <Text c="dimmed">{t("segments.none")}</Text>;
  return (
    <DataTable
      label={t("segments.title")}
      rows={rows}
      rowKey={(one) => one.key}
      columns={[
        { key: "name", head: t("segments.name"), sortBy: (one) => one.name,
          cell: (one) => (
            <Link to={`/segments/${one.key}` as string} dir="auto">
              {one.name}
            </Link>
          ) },
        { key: "people", head: t("segments.people"), align: "right",
          sortBy: (one) => one.people,
          cell: (one) =>
            number(one.people, {
              what: "people", metric: "attributed_revenue", currency, segment: one.key,
              title: one.name,
            }) },
        { key: "orders", head: t("channels.orders"), align: "right", wide: true,
          sortBy: (one) => one.orders, cell: (one) => fmt.number(one.orders) },
        { key: "revenue", head: t("channels.revenue"), align: "right",
          sortBy: (one) => one.revenue_minor,
          cell: (one) => fmt.money(one.revenue_minor, currency) },
      ]} // prettier-ignore
    />
  );
}

export function Consents({ of }: { of: Found }) {
  const { t } = useTranslation("overview");
  const fmt = useFmt();
  const word = useWord();
  if (!of.consents.length) return <Text c="dimmed">{t("consents.none")}</Text>;
  const signed = (count: number) => (count > 0 ? `+${fmt.number(count)}` : fmt.number(count));
  return (
    <DataTable
      label={t("consents.title")}
      rows={of.consents}
      rowKey={(one) => one.channel}
      columns={[
        { key: "channel", head: t("channels.channel"), cell: (one) => word("channel", one.channel) },
        { key: "granted", head: t("consents.granted"), align: "right",
          cell: (one) => fmt.number(one.granted) },
        { key: "gained", head: t("consents.gained"), align: "right", wide: true,
          cell: (one) => signed(one.gained) },
        { key: "lost", head: t("consents.lost"), align: "right", wide: true,
          cell: (one) => signed(one.lost && -one.lost) },
        { key: "net", head: t("consents.net"), align: "right", cell: (one) => signed(one.net) },
        { key: "before", head: t("before"), align: "right", wide: true,
          cell: (one) => (one.before === null ? "–" : signed(one.before)) },
      ]} // prettier-ignore
    />
  );
}
