// How it stands now: how full each ceiling is, what was spent this month, what was warned of.
import { Progress, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Asked, useFmt } from "~/kit";
import { State } from "../State";
import {
  type Left, type Report, reportQuery, type Spent, type Use, type Warned, warningsQuery,
} from "./api"; // prettier-ignore
import own from "./budget.module.css";
import type { Names } from "./useNames";

const SHOWN = 8;

export function Now({ names }: { names: Names }) {
  const { t } = useTranslation("settings");
  const report = useQuery(reportQuery);
  const warned = useQuery(warningsQuery);
  return (
    <div className={own.now}>
      <Card title={t("budget.now.ceilings")}>
        <Asked of={report} isEmpty={() => false}>
          {(told) => <Uses report={told} names={names} />}
        </Asked>
      </Card>
      <Card title={t("budget.now.spent")}>
        <Asked of={report} isEmpty={() => false}>
          {(told) => <Month spent={told.spent} names={names} />}
        </Asked>
      </Card>
      <Card title={t("budget.now.warnings")}>
        <Asked
          of={warned}
          empty={
            <Text size="sm" c="dimmed">
              {t("budget.now.noWarning")}
            </Text>
          }
        >
          {(all) => (
            <Warnings all={all} currency={report.data?.currency ?? ""} names={names} />
          )}
        </Asked>
        <Balances all={report.data?.balances ?? []} />
      </Card>
    </div>
  );
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className={`k-card ${own.card}`}>
      <Title order={2} fz="md" mb="xs">
        {title}
      </Title>
      {children}
    </section>
  );
}

function Uses({ report, names }: { report: Report; names: Names }) {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  if (!report.ceilings.length) {
    return (
      <Text size="sm" c="dimmed">
        {t("budget.now.noCeiling")}
      </Text>
    );
  }
  const when = (one: Use) => {
    if (one.per === "campaign") return <Campaign of={one.period} names={names} />;
    return one.per === "month" ? fmt.monthYear(one.period) : fmt.date(one.period);
  };
  return (
    <ul className={own.list}>
      {report.ceilings.map((one) => (
        <li key={`${one.name} ${one.period}`}>
          <div className={own.line}>
            <Text fw={550} dir="auto">
              {one.name}
            </Text>
            {one.is_near ? (
              <State mood="bad" word={t(one.is_full ? "budget.now.full" : "budget.now.near")} />
            ) : null}
          </div>
          <Progress
            value={Math.min(one.percent, 100)}
            color={one.is_near ? "var(--k-bad)" : "var(--k-accent)"}
            size={6}
            my={4}
            aria-label={one.name}
          />
          <Text size="sm" c="dimmed" component="div" className={own.line}>
            <span>
              {t("budget.now.used", {
                used: fmt.price(one.used, report.currency),
                most: fmt.price(one.most, report.currency),
                percent: fmt.percent(one.percent / 100, 0),
              })}
            </span>
            <span>{when(one)}</span>
          </Text>
        </li>
      ))}
    </ul>
  );
}

function Campaign({ of, names }: { of: string; names: Names }) {
  const [kind, key = ""] = [of.slice(0, of.indexOf(":")), of.slice(of.indexOf(":") + 1)];
  return (
    <Link to={`/${kind}s/${key}` as string} dir="auto">
      {names.campaign(of)}
    </Link>
  );
}

/** Lines of the server are by country too: here a campaign on a channel is one line. */
function together(spent: Spent[]): Spent[] {
  const lines = new Map<string, Spent>();
  for (const one of spent) {
    const key = `${one.campaign} ${one.channel} ${one.currency}`;
    const before = lines.get(key);
    lines.set(key, {
      ...one,
      messages: one.messages + (before?.messages ?? 0),
      amount: String(Number(one.amount) + Number(before?.amount ?? 0)),
    });
  }
  return [...lines.values()].sort((a, b) => Number(b.amount) - Number(a.amount));
}

function Month({ spent, names }: { spent: Spent[]; names: Names }) {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  const lines = together(spent);
  if (!lines.length) {
    return (
      <Text size="sm" c="dimmed">
        {t("budget.now.nothing")}
      </Text>
    );
  }
  const sums = new Map<string, number>();
  for (const one of lines) {
    sums.set(one.currency, (sums.get(one.currency) ?? 0) + Number(one.amount));
  }
  return (
    <>
      {[...sums].map(([currency, sum]) => (
        <Text key={currency} fz="xl" fw={550} mb={6} className="k-num">
          {fmt.price(sum.toFixed(2), currency)}
        </Text>
      ))}
      <ul className={own.list}>
        {lines.slice(0, SHOWN).map((one) => (
          <li key={`${one.campaign} ${one.channel} ${one.currency}`}>
            <div className={own.line}>
              <Campaign of={one.campaign} names={names} />
              <span className="k-num">{fmt.price(one.amount, one.currency)}</span>
            </div>
            <Text size="sm" c="dimmed">
              {t("budget.now.messages", {
                count: one.messages,
                channel: names.channel(one.channel),
              })}
            </Text>
          </li>
        ))}
      </ul>
      {lines.length > SHOWN ? (
        <Text size="sm" c="dimmed" mt="xs">
          {t("budget.now.more", { count: lines.length - SHOWN })}
        </Text>
      ) : null}
    </>
  );
}

const WHAT = /^(?:ceiling (.*) (near|full)|account (.*))$/s;

interface WarningsProps {
  all: Warned[];
  currency: string;
  names: Names;
}

function Warnings({ all, currency, names }: WarningsProps) {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  const said = (one: Warned) => {
    const [, ceiling, how, account = one.what] = WHAT.exec(one.what) ?? [];
    const { used = "0", most = "0", amount = "0", unit = "" } = one.facts;
    if (!ceiling) {
      return t("budget.now.low", { name: account, left: `${fmt.amount(amount)} ${unit}`.trim() });
    }
    return t(how === "full" ? "budget.now.wasFull" : "budget.now.wasNear", {
      name: ceiling,
      used: fmt.price(used, currency),
      most: fmt.price(most, currency),
    });
  };
  return (
    <ul className={own.list}>
      {all.slice(0, SHOWN).map((one) => (
        <li key={`${one.what} ${one.period}`}>
          <div dir="auto">{said(one)}</div>
          <Text size="sm" c="dimmed" component="div" className={own.line}>
            <span>{fmt.dateTime(one.at)}</span>
            {one.period.includes(":") ? <Campaign of={one.period} names={names} /> : null}
          </Text>
        </li>
      ))}
    </ul>
  );
}

function Balances({ all }: { all: Left[] }) {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  if (!all.length) return null;
  return (
    <>
      <Title order={3} fz="sm" mt="sm" mb={4}>
        {t("budget.now.balances")}
      </Title>
      <ul className={own.list}>
        {all.map((one) => (
          <li key={one.account} className={own.line}>
            <bdi>{one.account}</bdi>
            <span>
              {`${fmt.amount(one.amount)} ${one.unit}`.trim()}{" "}
              {one.is_low ? <State mood="bad" word={t("budget.now.isLow")} /> : null}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
