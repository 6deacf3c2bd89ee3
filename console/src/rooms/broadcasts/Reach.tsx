// Whom it would reach if it started now: exactly, by channel, and why not the others.
import { NativeSelect, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Asked, useFmt } from "~/kit";
import { type Headcount, headcountQuery, reachedOf } from "./api";
import classes from "./broadcasts.module.css";
import { Number } from "./Number";
import type { Behind } from "./PeopleSheet";
import { Variants } from "./Variants";

const PeopleSheet = lazy(() => import("./PeopleSheet"));
const REASONS = ["no_address", "suppressed", "no_consent"] as const;

export function Reach({ broadcast, version }: { broadcast: string; version: number }) {
  const { t } = useTranslation("broadcasts");
  const [variant, setVariant] = useState("");
  const found = useQuery(headcountQuery(broadcast, version, variant));
  const [behind, setBehind] = useState<Behind | null>(null);
  return (
    <section aria-labelledby="broadcast-reach" className={`k-card ${classes.part}`}>
      <Title order={2} fz="md" mb={4} id="broadcast-reach">
        {t("reach.title")}
      </Title>
      <Asked of={found}>
        {(told) =>
          told.variants.length ? (
            <>
              <Variants told={told} />
              <NativeSelect
                mt="md"
                maw={320}
                label={t("tried.asIf")}
                data={told.variants.map((one) => one.name)}
                value={variant || told.variants[0]?.name}
                onChange={(event) => setVariant(event.currentTarget.value)}
              />
              <div aria-busy={found.isPlaceholderData}>
                <Channels told={told} open={setBehind} />
              </div>
            </>
          ) : (
            <Told told={told} open={setBehind} />
          )
        }
      </Asked>
      <Suspense>
        {behind ? <PeopleSheet behind={behind} close={() => setBehind(null)} /> : null}
      </Suspense>
    </section>
  );
}

interface Props {
  told: Headcount;
  open: (one: Behind) => void;
}

function Told({ told, open }: Props) {
  const fmt = useFmt();
  const { reached } = reachedOf(told);
  return (
    <>
      <div className={classes.count}>{fmt.number(reached ?? told.count)}</div>
      <Channels told={told} open={open} />
    </>
  );
}

/** By channel whom it reaches and whom not, and for which reason. */
function Channels({ told, open }: Props) {
  const { t } = useTranslation("broadcasts");
  const fmt = useFmt();
  const nobody = told.missed.find((one) => !one.channel);
  const uncounted = told.channels.filter((one) => told.reach[one] === undefined);
  const cell = (channel: string, reason: (typeof REASONS)[number]) => {
    const one = told.missed.find((other) => other.channel === channel && other.reason === reason);
    if (!one) return "–";
    const title = `${t(`channel.${channel as "email"}`)}: ${t(`reach.${reason}`)}`;
    return <Number count={one.count} label={title} open={() => open({ title, tree: one.tree })} />;
  };
  return (
    <>
      <Text size="sm" mt={4}>
        {t(nobody ? "reach.of" : "reach.all", { count: told.count })}{" "}
        {nobody ? (
          <Number
            count={nobody.count}
            label={t("reach.nothing_reaches")}
            open={() => open({ title: t("reach.nothing_reaches"), tree: nobody.tree })}
          />
        ) : null}
      </Text>
      <div className={classes.wide} role="group" aria-label={t("reach.by")} tabIndex={0}>
        <table className={classes.table}>
          <caption className="k-hidden">{t("reach.by")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("reach.channel")}</th>
              <th scope="col">{t("reach.people")}</th>
              {REASONS.map((one) => (
                <th key={one} scope="col">
                  {t(`reach.${one}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {told.channels.map((one) => (
              <tr key={one}>
                <th scope="row">{t(`channel.${one as "email"}`)}</th>
                <td>{told.reach[one] === undefined ? "–" : fmt.number(told.reach[one])}</td>
                {REASONS.map((reason) => (
                  <td key={reason}>{cell(one, reason)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Text size="sm" c="dimmed" mt="xs">
        {uncounted.length
          ? `${t("reach.unknown", { channels: fmt.list(uncounted.map((one) => t(`channel.${one as "email"}`))) })} `
          : null}
        {t("reach.says")}
      </Text>
    </>
  );
}
