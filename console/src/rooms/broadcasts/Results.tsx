// What its people did afterwards, beside those who were held out; each share with its interval.
import { SegmentedControl, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAgain } from "~/api/again";
import type { Progress } from "~/api/broadcasts";
import { Asked, useFmt } from "~/kit";
import { type Result, resultsQuery } from "./api";
import classes from "./broadcasts.module.css";

const ORDER = "Order Completed";
const HOURS = ["24", "72", "168"] as const;

/** `now` is how the broadcast stands by the latest word of the stream. */
export function Results({ broadcast, now }: { broadcast: string; now: Progress }) {
  const { t } = useTranslation("broadcasts");
  const fmt = useFmt();
  const [hours, setHours] = useState<string>("72");
  const wanted = resultsQuery(broadcast, ORDER, +hours);
  const found = useQuery(wanted);
  useAgain(wanted.queryKey, JSON.stringify(now));
  const name = ({ variant }: Result) =>
    variant === "" ? t("results.heldOut") : variant === "all" ? t("results.all") : variant;
  const points = (share: number) => `${share > 0 ? "+" : ""}${fmt.number(share * 100, 1)}`;
  return (
    <section aria-labelledby="broadcast-results" className={`k-card ${classes.part}`}>
      <div className={classes.head}>
        <Title order={2} fz="md" id="broadcast-results">
          {t("results.title")}
        </Title>
        <SegmentedControl
          size="xs"
          aria-label={t("results.within")}
          value={hours}
          data={HOURS.map((one) => ({ value: one, label: t("results.hours", { count: +one }) }))}
          onChange={setHours}
        />
      </div>
      <Asked of={found} empty={<Text c="dimmed">{t("results.none")}</Text>}>
        {(rows) => (
          <>
            <div className={classes.wide} role="group" aria-label={t("results.title")} tabIndex={0}>
              <table className={classes.table}>
                <caption className="k-hidden">{t("results.title")}</caption>
                <thead>
                  <tr>
                    <th scope="col">{t("results.who")}</th>
                    <th scope="col">{t("results.reached")}</th>
                    <th scope="col">{t("results.ordered")}</th>
                    <th scope="col">{t("results.share")}</th>
                    <th scope="col">{t("results.interval")}</th>
                    <th scope="col">{t("results.lift")}</th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((one) => (
                    <tr key={one.variant}>
                      <th scope="row">{name(one)}</th>
                      <td>{fmt.number(one.reached)}</td>
                      <td>{fmt.number(one.converted)}</td>
                      <td>{one.reached ? fmt.percent(one.rate) : "–"}</td>
                      <td>
                        {one.reached ? `${fmt.percent(one.low)} – ${fmt.percent(one.high)}` : "–"}
                      </td>
                      <td>
                        {one.lift
                          ? t("results.points", {
                              lift: points(one.lift.lift),
                              low: points(one.lift.low),
                              high: points(one.lift.high),
                            })
                          : "–"}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            <Text size="sm" c="dimmed" mt="xs">
              {t("results.says")}
            </Text>
          </>
        )}
      </Asked>
    </section>
  );
}
