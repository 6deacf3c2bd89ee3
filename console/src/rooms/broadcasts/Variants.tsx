// Whom each variant reaches: those who try it, and those who wait, if it wins.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFmt } from "~/kit";
import { type Headcount, reachedOf } from "./api";
import classes from "./broadcasts.module.css";
import { span } from "./span";

type Group = Headcount["variants"][number]["mine"];

export function Variants({ told }: { told: Headcount }) {
  const { t } = useTranslation("broadcasts");
  const fmt = useFmt();
  const { reached, most } = reachedOf(told);
  const waiting = told.variants[0]?.rest.people ?? 0;
  const by = (group: Group) =>
    Object.entries(group.reach)
      .map(([channel, count]) => `${t(`channel.${channel as "email"}`)} ${fmt.number(count)}`)
      .join(", ") || "–";
  return (
    <>
      <div className={classes.count}>
        {reached === null ? fmt.number(told.count) : span(fmt, reached, most)}
      </div>
      <Text size="sm">
        {t("tried.of", { count: told.count })}{" "}
        {told.held_out ? `${t("tried.heldOut", { count: told.held_out })} ` : null}
        {waiting ? t("tried.waiting", { count: waiting }) : null}
      </Text>
      <div className={classes.wide} role="group" aria-label={t("tried.title")} tabIndex={0}>
        <table className={classes.table}>
          <caption className="k-hidden">{t("tried.title")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("what.name")}</th>
              <th scope="col">{t("tried.people")}</th>
              <th scope="col">{t("tried.reached")}</th>
              <th scope="col">{t("tried.by")}</th>
              {waiting ? <th scope="col">{t("tried.rest")}</th> : null}
            </tr>
          </thead>
          <tbody>
            {told.variants.map((one) => (
              <tr key={one.name}>
                <th scope="row" dir="auto">
                  {one.name}
                </th>
                <td>{fmt.number(one.mine.people)}</td>
                <td>{fmt.number(one.mine.reached)}</td>
                <td>{by(one.mine)}</td>
                {waiting ? <td>{fmt.number(one.rest.reached)}</td> : null}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
