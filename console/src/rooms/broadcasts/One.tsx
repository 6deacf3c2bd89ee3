// One broadcast: whom it would reach exactly, its start and its end, and what came of it.
import { Button, Group, Progress as Bar, Stack, Text, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { Asked, Confirm, SideSheet, useFmt } from "~/kit";
import {
  cancel, headcountQuery, messagesQuery, oneQuery, type Progress, refresh, resultsQuery, resume,
  segmentsQuery, start, stop, type Wanted, type Whole,
} from "./api"; // prettier-ignore
import { Status } from "./Broadcasts";
import classes from "./broadcasts.module.css";

export default function One({ broadcast, close }: { broadcast: string; close: () => void }) {
  const { t } = useTranslation("broadcasts");
  const found = useQuery(oneQuery(broadcast));
  return (
    <SideSheet
      opened
      close={close}
      size={600}
      title={found.data ? <span dir="auto">{found.data.whole.name}</span> : t("title")}
    >
      <Asked of={found}>
        {({ whole, progress }) => (
          <Stack gap="lg">
            <Facts whole={whole} />
            {progress.problem ? <Text role="alert">{progress.problem}</Text> : null}
            {whole.status === "draft" || whole.status === "scheduled" ? (
              <Headcount broadcast={broadcast} />
            ) : (
              <>
                <Counts progress={progress} />
                <Results broadcast={broadcast} />
              </>
            )}
            <Deeds whole={whole} stopped={progress.stopped} />
          </Stack>
        )}
      </Asked>
    </SideSheet>
  );
}

/** A time on the workspace's clock, as it was written: no zone may move it. */
function wall(at: string, date: (at: string) => string): string {
  const [day = "", time = ""] = at.split("T");
  return /^\d{4}-\d\d-\d\d$/.test(day) ? `${date(`${day}T12:00:00Z`)} ${time.slice(0, 5)}` : at;
}

const ENDED = ["draft", "cancelled", "done"];

function Facts({ whole }: { whole: Whole }) {
  const { t } = useTranslation("broadcasts");
  const fmt = useFmt();
  const wanted = whole.definition as unknown as Wanted;
  const segments = useQuery(segmentsQuery);
  const messages = useQuery(messagesQuery);
  const segment = segments.data?.find((one) => one.key === wanted.segment)?.name;
  const message = messages.data?.find((one) => one.key === wanted.message)?.name;
  const at = wanted.at ?? "now";
  const when =
    at === "now" || at === "best"
      ? t(`form.${at}`)
      : whole.starts_at
        ? fmt.dateTime(whole.starts_at)
        : wall(at, (day) => fmt.date(day));
  return (
    <dl className={classes.facts}>
      <dt>{t("column.status")}</dt>
      <dd>
        <Group gap="xs">
          <Status status={whole.status} />
          {ENDED.includes(whole.status) ? null : (
            <Button size="compact-xs" variant="default" onClick={() => void refresh()}>
              {t("counts.again")}
            </Button>
          )}
        </Group>
      </dd>
      <dt>{t("form.whom")}</dt>
      <dd>
        {wanted.segment ? (
          <Link to={`/segments/${wanted.segment}` as string}>{segment ?? wanted.segment}</Link>
        ) : (
          t("form.everybody")
        )}
      </dd>
      <dt>{t("form.message")}</dt>
      <dd>
        {wanted.message ? (
          <Link to={`/messages/${wanted.message}` as string}>{message ?? wanted.message}</Link>
        ) : (
          t("one.variants")
        )}
      </dd>
      <dt>{t("form.when")}</dt>
      <dd>{when}</dd>
    </dl>
  );
}

/** Exact, after consent and addresses: as it would be if it started now. */
function Headcount({ broadcast }: { broadcast: string }) {
  const { t } = useTranslation("broadcasts");
  const fmt = useFmt();
  const found = useQuery(headcountQuery(broadcast));
  return (
    <section aria-labelledby="broadcast-reach">
      <Title order={2} fz="md" id="broadcast-reach">
        {t("reach.title")}
      </Title>
      <Asked of={found}>
        {(told) => (
          <>
            <div className={classes.count}>{fmt.number(told.count)}</div>
            <table className={classes.table}>
              <caption className="k-hidden">{t("reach.by")}</caption>
              <thead>
                <tr>
                  <th scope="col">{t("reach.channel")}</th>
                  <th scope="col">{t("reach.people")}</th>
                </tr>
              </thead>
              <tbody>
                {told.channels.map((one) => (
                  <tr key={one}>
                    <th scope="row">{t(`channel.${one as "email"}`)}</th>
                    <td>{told.reach[one] === undefined ? "–" : fmt.number(told.reach[one])}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            <Text size="sm" c="dimmed" mt="xs">
              {t("reach.says")}
            </Text>
          </>
        )}
      </Asked>
    </section>
  );
}

function Counts({ progress }: { progress: Progress }) {
  const { t } = useTranslation("broadcasts");
  const { t: reason } = useTranslation("journeys");
  const fmt = useFmt();
  const { first, audience } = progress;
  const share = audience ? first.reached / audience : 0;
  return (
    <section aria-labelledby="broadcast-counts">
      <Title order={2} fz="md" id="broadcast-counts">
        {t("counts.title")}
      </Title>
      <Text my="xs">
        {t("counts.says", {
          reached: fmt.number(first.reached),
          audience: fmt.number(audience),
          clicked: fmt.number(first.facts.clicked ?? 0),
        })}
      </Text>
      <Bar value={share * 100} size={8} aria-label={t("counts.title")} />
      {Object.keys(first.reasons).length ? (
        <table className={classes.table}>
          <caption className="k-hidden">{t("counts.reasons")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("counts.reasons")}</th>
              <th scope="col">{t("counts.messages")}</th>
            </tr>
          </thead>
          <tbody>
            {Object.entries(first.reasons).map(([code, count]) => (
              <tr key={code}>
                <th scope="row">{reason(`way.delivery.${code as "expired"}`, { defaultValue: code })}</th>
                <td>{fmt.number(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </section>
  );
}

function Results({ broadcast }: { broadcast: string }) {
  const { t } = useTranslation("broadcasts");
  const fmt = useFmt();
  const found = useQuery(resultsQuery(broadcast));
  return (
    <section aria-labelledby="broadcast-results">
      <Title order={2} fz="md" mb="xs" id="broadcast-results">
        {t("results.title")}
      </Title>
      <Asked of={found} empty={<Text c="dimmed">{t("results.none")}</Text>}>
        {(rows) => (
          <table className={classes.table}>
            <caption className="k-hidden">{t("results.title")}</caption>
            <thead>
              <tr>
                <th scope="col">{t("results.who")}</th>
                <th scope="col">{t("results.reached")}</th>
                <th scope="col">{t("results.ordered")}</th>
                <th scope="col">{t("results.share")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((one) => (
                <tr key={one.variant}>
                  <th scope="row">
                    {one.variant === "" ? t("results.heldOut") : one.variant === "all" ? t("results.all") : one.variant}
                  </th>
                  <td>{fmt.number(one.reached)}</td>
                  <td>{fmt.number(one.converted)}</td>
                  <td>{fmt.percent(one.rate)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Asked>
    </section>
  );
}

type Deed = "start" | "cancel" | "stop" | "resume";
const MAY: Record<string, Deed[]> = {
  draft: ["start"],
  scheduled: ["cancel"],
  running: ["stop", "cancel"],
};

function Deeds({ whole, stopped }: { whole: Whole; stopped: boolean }) {
  const { t } = useTranslation("broadcasts");
  const mayStart = useMay("journeys.approve");
  const mayStop = useMay("sending.stop");
  const [asked, setAsked] = useState<Deed | null>(null);
  const [reason, setReason] = useState("");
  const key = whole.key;
  const acts: Record<Deed, () => Promise<void>> = {
    start: () => start(key),
    cancel: () => cancel(key),
    resume: () => resume(key),
    stop: () => stop(key, reason.trim() || t("deed.noReason")),
  };
  const mine: Deed[] = stopped ? ["resume", "cancel"] : (MAY[whole.status] ?? []);
  const deeds = mine.filter((one) => (one === "start" || one === "cancel" ? mayStart : mayStop));
  if (!deeds.length) return null;
  return (
    <Group justify="flex-end" gap="xs">
      {deeds.map((one) => (
        <Button
          key={one}
          variant={one === "start" || one === "resume" ? "filled" : "default"}
          onClick={() => setAsked(one)}
        >
          {t(`deed.${one}`)}
        </Button>
      ))}
      <Confirm
        opened={asked !== null}
        close={() => setAsked(null)}
        title={t(`deed.${asked ?? "start"}`)}
        touches={
          <Stack gap="sm">
            <Text>{t(`deed.${asked ?? "start"}Says`, { name: whole.name })}</Text>
            {asked === "stop" ? (
              <TextInput
                label={t("deed.reason")}
                value={reason}
                maxLength={200}
                onChange={(event) => setReason(event.currentTarget.value)}
              />
            ) : null}
          </Stack>
        }
        {...(asked === "start" ? { type: whole.name } : {})}
        word={t(`deed.${asked ?? "start"}`)}
        act={() => acts[asked ?? "start"]()}
      />
    </Group>
  );
}
