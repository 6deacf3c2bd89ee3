// A broadcast in a few lines: to whom, what, when; as its author wrote it.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Fragment, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "~/api/me";
import { useFmt } from "~/kit";
import { messagesQuery, segmentsQuery } from "./api";
import classes from "./broadcasts.module.css";
import { clockOf, USUAL, type Wanted } from "./shape";

const HOUR_SECONDS = 3600;

export function Summary({ wanted }: { wanted: Wanted }) {
  const { t } = useTranslation("broadcasts");
  const fmt = useFmt();
  const segments = useQuery(segmentsQuery);
  const messages = useQuery(messagesQuery);
  const when = useWhen(wanted);
  const segment = (key: string) => segments.data?.find((one) => one.key === key)?.name ?? (segments.isPending ? "…" : key);
  const message = (key: string) => (
    <Link key={key} to={`/messages/${key}` as string} dir="auto">
      {messages.data?.find((one) => one.key === key)?.name ?? (messages.isPending ? "…" : key)}
    </Link>
  );
  const { test, resend } = wanted;
  const lines: [string, ReactNode][] = [
    [
      t("form.whom"),
      wanted.segment ? (
        <Link to={`/segments/${wanted.segment}` as string} dir="auto">
          {segment(wanted.segment)}
        </Link>
      ) : (
        t("form.everybody")
      ),
    ],
  ];
  if (wanted.except?.length) lines.push([t("form.except"), fmt.list(wanted.except.map(segment))]);
  if (test) {
    lines.push([
      t("what.variants"),
      <>
        {test.variants.map((one, at) => (
          <Fragment key={one.name}>
            {at ? ", " : null}
            {one.name}: {message(one.message)}
          </Fragment>
        ))}
      </>,
    ]);
    const share = test.share_percent ?? USUAL.share_percent;
    const hours = fmt.number(test.wait_hours ?? USUAL.wait_hours, 1);
    lines.push([
      t("try.title"),
      share === 100
        ? t("try.shareAll")
        : t("try.sentence", { share: fmt.percent(share / 100, 1), hours }),
    ]);
  } else if (wanted.message) lines.push([t("form.message"), message(wanted.message)]);
  if (wanted.channels?.length) {
    const names = wanted.channels.map((one) => t(`channel.${one as "email"}`));
    lines.push([t("form.channels"), names.join(", ")]);
  }
  lines.push([t("form.when"), when]);
  if (wanted.spread_hours) {
    lines.push([t("when.spreadShort"), fmt.duration(wanted.spread_hours * HOUR_SECONDS)]);
  }
  if (wanted.hold_out_percent) {
    lines.push([t("form.heldOutShort"), fmt.percent(wanted.hold_out_percent / 100, 1)]);
  }
  if (resend) {
    const hours = fmt.number(resend.after_hours, 1);
    const same = resend.message ? message(resend.message) : t("again.same");
    lines.push([
      t("again.title"),
      <>
        {t("again.sentence", { hours })} {same}
      </>,
    ]);
  }
  return (
    <dl className={classes.facts}>
      {lines.map(([head, body]) => (
        <Fragment key={head}>
          <dt>{head}</dt>
          <dd>{body}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

/** When it goes, in words: no zone may move a time of the author's clock. */
export function useWhen(wanted: Wanted): string {
  const { t } = useTranslation("broadcasts");
  const fmt = useFmt();
  const me = useMe();
  const { at = "now" } = wanted;
  if (at === "now" || at === "best") return t(`when.${at}`);
  const said = clockOf(at);
  if (!said) return at;
  if (/[+-]\d\d:?\d\d$|Z$/.test(at)) return fmt.dateTime(at);
  const time = `${fmt.date(said.day)} ${said.time}`;
  return wanted.local ? t("when.atLocal", { time }) : t("when.atHere", { time, zone: me.timezone });
}
