// What became of it, text by text: how many saw it and what they did, each share with its interval.
import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Asked, useFmt } from "~/kit";
import { type Outcome, resultsQuery } from "./api";
import classes from "./onsite.module.css";
import type { Variant } from "./shape";

interface Props {
  campaign: string;
  variants: Variant[];
}

export default function Results({ campaign, variants }: Props) {
  const { t } = useTranslation("onsite");
  const fmt = useFmt();
  const found = useQuery(resultsQuery(campaign));
  const name = (one: Outcome) =>
    one.held_out && !one.shown ? t("text.holdOut") : t("text.one", { key: one.variant });
  return (
    <Asked of={found} isEmpty={(told) => !told.variants.length} empty={<Text c="dimmed">{t("results.none")}</Text>}>
      {(told) => (
        <>
          <div className={classes.wide} role="region" aria-label={t("part.results")} tabIndex={0}>
            <table className={classes.table}>
              <caption className="k-hidden">{t("part.results")}</caption>
              <thead>
                <tr>
                  <th scope="col">{t("results.text")}</th>
                  <th scope="col">{t("results.visitors")}</th>
                  <th scope="col">{t("column.shown")}</th>
                  <th scope="col">{t("column.clicked")}</th>
                  <th scope="col">{t("results.forms")}</th>
                  <th scope="col">{t("results.closed")}</th>
                  {told.goal ? (
                    <>
                      <th scope="col">{t("column.converted")}</th>
                      <th scope="col">{t("results.rate")}</th>
                      <th scope="col">{t("results.interval")}</th>
                    </>
                  ) : null}
                </tr>
              </thead>
              <tbody>
                {told.variants.map((one) => (
                  <tr key={one.variant}>
                    <th scope="row">{variants.length > 1 || one.held_out ? name(one) : t("results.all")}</th>
                    <td>{fmt.number(one.visitors)}</td>
                    <td>{fmt.number(one.shown)}</td>
                    <td>{fmt.number(one.clickers)}</td>
                    <td>{fmt.number(one.forms)}</td>
                    <td>{fmt.number(one.closed)}</td>
                    {told.goal ? (
                      <>
                        <td>{fmt.number(one.converted)}</td>
                        <td>{one.visitors ? fmt.percent(one.rate) : "–"}</td>
                        <td>{one.visitors ? `${fmt.percent(one.low)} – ${fmt.percent(one.high)}` : "–"}</td>
                      </>
                    ) : null}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <Text size="sm" c="dimmed" mt="xs">
            {told.goal ? t("results.says", { event: told.goal, hours: fmt.number(told.hours) }) : t("results.noGoal")}
          </Text>
        </>
      )}
    </Asked>
  );
}
