// Entries and messages of each rehearsed day, by channel, as bars and as a table for who cannot see.
import { BarChart } from "@mantine/charts";
import { useTranslation } from "react-i18next";
import { useFmt } from "~/kit";
import type { Rehearsed } from "./api";

const COLOURS: Record<string, string> = {
  email: "var(--k-channel-email)", sms: "var(--k-channel-sms)", push: "var(--k-channel-push)",
  whatsapp: "var(--k-channel-whatsapp)", onsite: "var(--k-channel-onsite)",
  call: "var(--k-channel-call)",
}; // prettier-ignore

export function RehearsedDays({ days }: { days: Rehearsed["days"] }) {
  const { t } = useTranslation("journeys");
  const fmt = useFmt();
  const channels = [...new Set(days.flatMap((one) => Object.keys(one.messages)))].sort();
  const data = days.map((one) => ({
    day: fmt.day(one.day),
    entered: one.entered,
    ...one.messages,
  }));
  const series = [
    ...channels.map((name) => ({ name, color: COLOURS[name] ?? "var(--k-channel-audience)" })),
  ];
  return (
    <figure className="k-card" aria-label={t("rehearse.days")} style={{ margin: 0, padding: 12 }}>
      <BarChart
        h={220}
        data={data}
        dataKey="day"
        type="stacked"
        series={series.length ? series : [{ name: "entered", color: "var(--k-accent)" }]}
        withLegend
        tickLine="none"
        valueFormatter={(value) => fmt.number(value)}
        // What nobody sees need not be reached by keys; the table below says the same.
        barChartProps={{ accessibilityLayer: false }}
        aria-hidden
      />
      <table className="k-hidden">
        <caption>{t("rehearse.days")}</caption>
        <tbody>
          {days.map((one) => (
            <tr key={one.day}>
              <th scope="row">{fmt.date(one.day)}</th>
              <td>{`${t("figure.entered")} ${fmt.number(one.entered)}`}</td>
              {channels.map((name) => (
                <td key={name}>{`${name} ${fmt.number(one.messages[name] ?? 0)}`}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
