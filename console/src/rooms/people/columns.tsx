// The columns of the list of people: what each shows, and by which the server can order.
import { Group } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { now } from "~/api/clock";
import { useFmt } from "~/kit";
import type { By, Listed } from "./asks";
import { Channel, Chip } from "./bits";
import { COLUMNS, type Shown } from "./state";
import { useWord } from "./words";
import classes from "./People.module.css";

export interface Column {
  key: string;
  head: string;
  by?: By;
  right?: boolean;
  cell: (one: Listed) => ReactNode;
}

export function useColumns(shown: Shown, currency: string): Column[] {
  const { t } = useTranslation("people");
  const fmt = useFmt();
  const word = useWord();
  const when = (ms: number | null) =>
    ms === null ? "–" : <span title={fmt.dateTime(ms)}>{fmt.relative(ms, now())}</span>;
  const name: Column = {
    key: "name",
    head: t("columns.name"),
    by: "name",
    cell: (one) => (
      <div className={classes.who}>
        <Link
          to={"/people/$person" as "/"}
          params={{ person: one.id } as never}
          className={classes.name}
          data-name
        >
          <bdi>{one.name || t("nameless")}</bdi>
        </Link>
        {one.by && one.by !== "name" ? (
          <span className={classes.note}>
            {one.claimed
              ? t("foundClaimed", { by: word("kind", one.by) })
              : t("foundBy", { by: word("kind", one.by) })}
          </span>
        ) : null}
      </div>
    ),
  };
  const known: Record<(typeof COLUMNS)[number], Omit<Column, "key">> = {
    contact: {
      head: t("columns.contact"),
      cell: (one) => (
        <div className={classes.contact}>
          {[one.email, one.phone].filter(Boolean).map((each) => (
            <span key={each}>{each}</span>
          ))}
          {one.email || one.phone ? null : "–"}
        </div>
      ),
    },
    reach: {
      head: t("columns.reach"),
      cell: (one) =>
        one.reach.length ? (
          <Group gap={4} wrap="nowrap">
            {one.reach.map((each) => (
              <Channel key={each} channel={each} bare />
            ))}
          </Group>
        ) : (
          "–"
        ),
    },
    group: {
      head: t("columns.group"),
      cell: (one) => (one.rfm_group ? <Chip>{word("group", one.rfm_group)}</Chip> : "–"),
    },
    stage: {
      head: t("columns.stage"),
      cell: (one) => (one.life_cycle ? word("stage", one.life_cycle) : "–"),
    },
    last_seen: {
      head: t("columns.last_seen"),
      by: "last_seen",
      cell: (one) => when(one.last_seen_ms),
    },
    orders: {
      head: t("columns.orders"),
      right: true,
      cell: (one) => (one.orders ? fmt.number(one.orders) : "–"),
    },
    worth: {
      head: currency ? `${t("columns.worth")}, ${currency}` : t("columns.worth"),
      by: "worth",
      right: true,
      cell: (one) => (one.worth_minor ? fmt.money(one.worth_minor, currency, true) : "–"),
    },
    known_since: {
      head: t("columns.known_since"),
      by: "known_since",
      cell: (one) => (one.known_since_ms ? fmt.date(one.known_since_ms) : "–"),
    },
    language: { head: t("columns.language"), cell: (one) => one.language.toUpperCase() || "–" },
    country: { head: t("columns.country"), cell: (one) => one.country || "–" },
  };
  return [
    name,
    ...COLUMNS.filter((key) => shown.columns.includes(key)).map((key) => ({ key, ...known[key] })),
    ...shown.traits.map((trait) => ({
      key: `trait:${trait}`,
      head: trait,
      cell: (one: Listed) => <span className={classes.clip}>{plain(one.traits[trait])}</span>,
    })),
  ];
}

/** A trait's value as a line of text. */
export function plain(value: unknown): string {
  if (value === undefined || value === null || value === "") return "–";
  return typeof value === "string" ? value : JSON.stringify(value);
}
