// What became of it, text by text: how many saw it and what they did, each share with its interval.
import { Anchor, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { lazily } from "~/api/bring";
import { useMay } from "~/api/me";
import { Asked, useFmt } from "~/kit";
import type { Behind } from "../broadcasts/PeopleSheet";
import { type Outcome, resultsQuery } from "./api";
import classes from "./onsite.module.css";
import type { Variant } from "./shape";

const PeopleSheet = lazily(() => import("../broadcasts/PeopleSheet"));
type Number = "visitors" | "shown" | "clickers" | "forms" | "closed" | "converted";

interface Props {
  campaign: string;
  variants: Variant[];
}

export default function Results({ campaign, variants }: Props) {
  const { t } = useTranslation("onsite");
  const fmt = useFmt();
  const found = useQuery(resultsQuery(campaign));
  const mayLook = useMay("people.read");
  const [behind, setBehind] = useState<Behind | null>(null);
  const name = (one: Outcome) =>
    one.held_out && !one.shown ? t("text.holdOut") : t("text.one", { key: one.variant });
  const number = (one: Outcome, which: Number, label: string) =>
    one[which] && mayLook ? (
      <Anchor
        component="button"
        type="button"
        fz="inherit"
        aria-label={t("results.open", { count: one[which], label: `${name(one)}: ${label}` })}
        onClick={() => setBehind({ title: label, campaign, variant: one.variant, of: which })}
      >
        {fmt.number(one[which])}
      </Anchor>
    ) : (
      fmt.number(one[which])
    );
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
                    <td>{number(one, "visitors", t("results.visitors"))}</td>
                    <td>{number(one, "shown", t("column.shown"))}</td>
                    <td>{number(one, "clickers", t("column.clicked"))}</td>
                    <td>{number(one, "forms", t("results.forms"))}</td>
                    <td>{number(one, "closed", t("results.closed"))}</td>
                    {told.goal ? (
                      <>
                        <td>{number(one, "converted", t("column.converted"))}</td>
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
          <Text size="sm" c="dimmed">
            {t("results.known")}
          </Text>
          <Suspense>
            {behind ? <PeopleSheet behind={behind} close={() => setBehind(null)} /> : null}
          </Suspense>
        </>
      )}
    </Asked>
  );
}
