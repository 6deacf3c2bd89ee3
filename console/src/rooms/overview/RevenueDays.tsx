// Revenue of each day by the channel it belongs to, as bars and as a table for who cannot see.
import { BarChart } from "@mantine/charts";
import { useTranslation } from "react-i18next";
import { useFmt } from "~/kit";
import type { Found } from "./asks";
import { useWord } from "./words";

const COLOURS: Record<string, string> = {
  email: "var(--k-channel-email)", sms: "var(--k-channel-sms)", push: "var(--k-channel-push)",
  whatsapp: "var(--k-channel-whatsapp)", onsite: "var(--k-channel-onsite)",
  call: "var(--k-channel-call)", "": "var(--k-line-strong)",
}; // prettier-ignore

export function RevenueDays({ of, currency }: { of: Found; currency: string }) {
  const { t } = useTranslation("overview");
  const fmt = useFmt();
  const word = useWord();
  const lines = of.revenue_by_day.filter((one) => one.currency === currency);
  // What belongs to no message lies below, as the ground the channels stand on.
  const series = lines.map((one) => ({
    name: one.channel || "none",
    label: word("channel", one.channel),
    color: COLOURS[one.channel] ?? "var(--k-channel-audience)",
  }));
  const data = of.days.map((day, at) => ({
    day: fmt.day(day),
    ...Object.fromEntries(lines.map((one) => [one.channel || "none", one.revenue_minor[at] ?? 0])),
  }));
  if (!series.length) return <p className="k-quiet">{t("days.none")}</p>;
  return (
    <figure
      className="k-card"
      aria-label={t("days.title")}
      style={{ margin: 0, padding: 12, position: "relative" }}
    >
      <BarChart
        h={240}
        data={data}
        dataKey="day"
        type="stacked"
        series={series}
        withLegend
        tickLine="none"
        yAxisProps={{ width: 84 }}
        valueFormatter={(value) => fmt.money(value, currency, true)}
        barChartProps={{ accessibilityLayer: false }}
        aria-hidden
      />
      <div className="k-hidden">
        <table>
          <caption>{t("days.title")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("days.day")}</th>
              {series.map((one) => (
                <th key={one.name} scope="col">
                  {one.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {of.days.map((day, at) => (
              <tr key={day}>
                <th scope="row">{fmt.date(day)}</th>
                {lines.map((one) => (
                  <td key={one.channel}>{fmt.money(one.revenue_minor[at] ?? 0, currency)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}
