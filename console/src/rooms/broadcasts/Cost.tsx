// What it would cost, channel by channel, and which ceilings that would pass.
import { Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { Asked, useFmt } from "~/kit";
import { type Forecast, forecastQuery } from "./api";
import classes from "./broadcasts.module.css";

/** A line of the forecast, as the server's words for it are (delivery/spend/forecast.py). */
interface Line {
  channel: string;
  messages: number;
  parts: number;
  low: string;
  likely: string;
  high: string;
  is_priced: boolean;
  passes: string[];
}
const MINOR = 100;

export function Cost({ broadcast, version }: { broadcast: string; version: number }) {
  const { t } = useTranslation("broadcasts");
  const fmt = useFmt();
  const found = useQuery(forecastQuery(broadcast, version));
  return (
    <section aria-labelledby="broadcast-cost" className={`k-card ${classes.part}`}>
      <Title order={2} fz="md" mb="xs" id="broadcast-cost">
        {t("cost.title")}
      </Title>
      <Asked of={found} isEmpty={(told) => told === null} empty={<NoPrices />}>
        {(told) => {
          const lines = (told?.lines ?? []) as unknown as Line[];
          const money = (text: string) => fmt.money(Math.round(+text * MINOR), told?.currency ?? "");
          const passed = [...new Set(lines.flatMap((one) => one.passes))];
          return (
            <>
              <div className={classes.wide} role="group" aria-label={t("cost.title")} tabIndex={0}>
                <table className={classes.table}>
                  <caption className="k-hidden">{t("cost.title")}</caption>
                  <thead>
                    <tr>
                      <th scope="col">{t("reach.channel")}</th>
                      <th scope="col">{t("cost.messages")}</th>
                      <th scope="col">{t("cost.likely")}</th>
                      <th scope="col">{t("cost.between")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {lines.map((one) => (
                      <tr key={one.channel}>
                        <th scope="row">{t(`channel.${one.channel as "email"}`)}</th>
                        <td>{fmt.number(one.messages)}</td>
                        <td>{one.is_priced ? money(one.likely) : t("cost.unpriced")}</td>
                        <td>{one.is_priced ? `${money(one.low)} – ${money(one.high)}` : "–"}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
              {told?.variants.length ? (
                <VariantCosts of={told.variants} money={money} />
              ) : null}
              <Text size="sm" c="dimmed" mt="xs">
                {told?.variants.length ? `${t("cost.winner")} ` : null}
                {t("cost.says", { count: told?.sampled ?? 0 })}
              </Text>
              {passed.length ? (
                <Text size="sm" mt="xs" role="alert" className={classes.fault}>
                  {t("cost.passes", { ceilings: fmt.list(passed) })}
                </Text>
              ) : null}
            </>
          );
        }}
      </Asked>
    </section>
  );
}

/** Where the prices are set that are missing; the page is read by whoever sees this one. */
function NoPrices() {
  const { t } = useTranslation("broadcasts");
  const may = useMay("budget.manage");
  return (
    <Text c="dimmed">
      {t("cost.none")}{" "}
      {may ? (
        <Link to={"/settings/budget" as string}>{t("cost.setPrices")}</Link>
      ) : (
        t("cost.askPrices")
      )}
    </Text>
  );
}

interface VariantProps {
  of: Forecast["variants"];
  money: (text: string) => string;
}

/** Each variant alone: to those who try it, and to the rest, if it wins. */
function VariantCosts({ of, money }: VariantProps) {
  const { t } = useTranslation("broadcasts");
  const fmt = useFmt();
  const waiting = of.some((one) => one.rest_people);
  const messages = (lines: Line[]) =>
    fmt.number(lines.reduce((sum, one) => sum + one.messages, 0));
  const likely = (lines: Line[]) =>
    lines.every((one) => one.is_priced)
      ? money(String(lines.reduce((sum, one) => sum + +one.likely, 0)))
      : t("cost.unpriced");
  return (
    <div className={classes.wide} role="group" aria-label={t("cost.by")} tabIndex={0}>
      <table className={classes.table}>
        <caption className="k-hidden">{t("cost.by")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("what.name")}</th>
            <th scope="col">{t("cost.messages")}</th>
            <th scope="col">{t("cost.likely")}</th>
            {waiting ? <th scope="col">{t("cost.restMessages")}</th> : null}
            {waiting ? <th scope="col">{t("cost.restLikely")}</th> : null}
          </tr>
        </thead>
        <tbody>
          {of.map((one) => {
            const [mine, rest] = [one.lines, one.rest] as unknown as [Line[], Line[]];
            return (
              <tr key={one.variant}>
                <th scope="row" dir="auto">
                  {one.variant}
                </th>
                <td>{messages(mine)}</td>
                <td>{likely(mine)}</td>
                {waiting ? <td>{messages(rest)}</td> : null}
                {waiting ? <td>{likely(rest)}</td> : null}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
