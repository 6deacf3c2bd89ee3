// How a broadcast goes: everybody of the audience is somewhere, and each number has its people.
import { Progress as Bar, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Progress } from "~/api/broadcasts";
import { useFmt } from "~/kit";
import type { Of } from "./api";
import classes from "./broadcasts.module.css";
import { Number } from "./Number";
import type { Behind } from "./PeopleSheet";

const FACTS = ["delivered", "opened", "clicked", "unsubscribed", "complained", "bounced"] as const;

interface Props {
  now: Progress;
  open: (behind: Behind) => void;
}

export function Counts({ now, open }: Props) {
  const { t } = useTranslation("broadcasts");
  const fmt = useFmt();
  const { first, audience, again } = now;
  const states = first.states;
  const notSent = ["failed", "suppressed", "expired", "cancelled", "unknown"].reduce(
    (sum, one) => sum + (states[one] ?? 0), 0,
  ); // prettier-ignore
  const number = (of: Of, count: number, label: string, reason?: string) => (
    <Number
      count={count}
      label={label}
      open={() => open({ title: label, broadcast: now.key, of, ...(reason ? { reason } : {}) })}
    />
  );
  const rows: [string, Of | null, number][] = [
    ["unplanned", null, now.unplanned],
    ["waiting", "waiting", states["queued"] ?? 0],
    ["reached", "reached", first.reached],
    ["not_sent", "not_sent", notSent],
    ["held_out", "held_out", states["ghost"] ?? 0],
  ];
  // A channel without receipts delivers nothing that anybody would know of.
  const facts = FACTS.filter((one) => one !== "delivered" || first.facts[one]);
  const share = (count: number) => (first.reached ? fmt.percent(count / first.reached) : "–");
  return (
    <section aria-labelledby="broadcast-counts" className={`k-card ${classes.part}`}>
      <Title order={2} fz="md" id="broadcast-counts">
        {t("counts.title")}
      </Title>
      <Text my="xs" aria-live="polite">
        {t("counts.says", {
          reached: fmt.number(first.reached),
          audience: fmt.number(audience),
          clicked: fmt.number(first.facts["clicked"] ?? 0),
        })}
        {again.planned
          ? ` ${t("again.told", { planned: fmt.number(again.planned), reached: fmt.number(again.reached) })}`
          : null}
      </Text>
      <Bar
        value={audience ? ((first.final || first.reached) / audience) * 100 : 0}
        size={8}
        aria-label={t("counts.title")}
      />
      <div className={classes.two}>
        <table className={classes.table}>
          <caption className="k-hidden">{t("counts.where")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("counts.where")}</th>
              <th scope="col">{t("column.audience")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, of, count]) => {
              const label = t(`counts.${name as "waiting"}`);
              return (
                <tr key={name}>
                  <th scope="row">{label}</th>
                  <td>{of ? number(of, count, label) : fmt.number(count)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
        <table className={classes.table}>
          <caption className="k-hidden">{t("counts.known")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("counts.known")}</th>
              <th scope="col">{t("column.audience")}</th>
              <th scope="col">{t("results.share")}</th>
            </tr>
          </thead>
          <tbody>
            {facts.map((one) => {
              const count = first.facts[one] ?? 0;
              return (
                <tr key={one}>
                  <th scope="row">{t(`fact.${one}`)}</th>
                  <td>{number(one, count, t(`fact.${one}`))}</td>
                  <td>{share(count)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <Reasons now={now} number={number} />
      <Variants now={now} />
    </section>
  );
}

interface ReasonsProps {
  now: Progress;
  number: (of: Of, count: number, label: string, reason?: string) => ReactNode;
}

function Reasons({ now, number }: ReasonsProps) {
  const { t } = useTranslation("broadcasts");
  const { t: say } = useTranslation("journeys");
  const found = Object.entries(now.first.reasons).sort(([, a], [, b]) => b - a);
  if (!found.length) return null;
  const said = (code: string) =>
    code === "delivery.broadcast_cancelled"
      ? t("counts.cancelled")
      : say(`way.${code as "delivery.expired"}`, { defaultValue: code });
  return (
    <table className={classes.table}>
      <caption className="k-hidden">{t("counts.reasons")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("counts.reasons")}</th>
          <th scope="col">{t("column.audience")}</th>
        </tr>
      </thead>
      <tbody>
        {found.map(([code, count]) => (
          <tr key={code}>
            <th scope="row">{said(code)}</th>
            <td>{number("not_sent", count, said(code), code)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The variants side by side, and which one the rest gets, with how sure that is. */
function Variants({ now }: { now: Progress }) {
  const { t } = useTranslation("broadcasts");
  const fmt = useFmt();
  if (now.variants.length < 2) return null;
  const { winner } = now;
  return (
    <>
      <table className={classes.table}>
        <caption className="k-hidden">{t("what.variants")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("what.name")}</th>
            <th scope="col">{t("counts.planned")}</th>
            <th scope="col">{t("counts.reached")}</th>
            <th scope="col">{t("fact.clicked")}</th>
            <th scope="col">{t("results.share")}</th>
          </tr>
        </thead>
        <tbody>
          {now.variants.map((one) => {
            const clicked = one.facts["clicked"] ?? 0;
            return (
              <tr key={one.name}>
                <th scope="row">{one.name}</th>
                <td>{fmt.number(one.planned)}</td>
                <td>{fmt.number(one.reached)}</td>
                <td>{fmt.number(clicked)}</td>
                <td>{one.reached ? fmt.percent(clicked / one.reached) : "–"}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <Text size="sm" mt="xs" role="status">
        {winner
          ? t(`won.${winner.why as "confident"}`, {
              variant: winner.variant || t("won.each"),
              sure: fmt.percent(winner.confidence),
            })
          : t(now.phase === "all" || now.phase === "sent" ? "won.all" : "won.waits")}
      </Text>
    </>
  );
}
