// All messages in a table: their channels and languages with what is missing, who sends each, its state.
import { Button, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { lazily } from "~/api/bring";
import { useMay } from "~/api/me";
import { fold } from "~/fmt";
import { Asked, type Column, DataTable, Empty, Page, useFmt } from "~/kit";
import { type Listed, listQuery, type Waiting, waitingQuery } from "./api";
import { ChannelIcon, useChannelName } from "./channels";
import { allKept } from "./drafts";
import classes from "./messages.module.css";
import { channelsOf, isChannel, LANGUAGES, type Variants } from "./shape";
import { StateBadge } from "./StateBadge";
import { Users } from "./Users";

const New = lazily(() => import("./New"));

interface Row {
  key: string;
  name: string;
  intent: string;
  /** Written languages by channel. */
  languages: Record<string, string[]>;
  users: Listed["users"];
  state: "live" | "waiting" | "unsaved";
  /** Something newer than what is live: a text that waits, or one in this browser. */
  also: "waiting" | "unsaved" | null;
  version: number;
  changedAt: string | null;
}

export default function Messages() {
  const { t } = useTranslation("messages");
  const [making, sheet] = useDisclosure();
  const [typed, setTyped] = useState("");
  const found = useQuery(listQuery);
  const waiting = useQuery(waitingQuery);
  const begin = useMay("journeys.edit") ? (
    <Button size="sm" leftSection={<IconPlus size={16} aria-hidden />} onClick={sheet.open}>
      {t("new")}
    </Button>
  ) : null;
  const rows = rowsOf(found.data ?? [], waiting.data ?? []);
  const wanted = fold(typed.trim());
  const shown = rows.filter((one) => fold(`${one.name} ${one.intent} ${one.key}`).includes(wanted));
  return (
    <Page
      title={t("title")}
      actions={rows.length ? begin : null}
      below={<Text c="dimmed">{t("says")}</Text>}
    >
      <Asked
        of={found}
        isEmpty={() => !rows.length}
        empty={
          <Empty title={t("none")} action={begin}>
            {t("noneHelp")}
          </Empty>
        }
      >
        {() => (
          <>
            <TextInput
              mb="sm"
              maw={360}
              aria-label={t("search")}
              placeholder={t("search")}
              leftSection={<IconSearch size={15} aria-hidden />}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
            {shown.length ? <Table rows={shown} /> : <Empty title={t("noneFound")} />}
          </>
        )}
      </Asked>
      {making ? (
        <Suspense>
          <New close={sheet.close} known={rows.map((one) => one.key)} />
        </Suspense>
      ) : null}
    </Page>
  );
}

/** What is live, what waits for its first approval, and what is in this browser only. */
function rowsOf(live: Listed[], waiting: Waiting[]): Row[] {
  const kept = allKept();
  const rows = live.map((one): Row => {
    const waits = waiting.some((other) => other.key === one.key);
    const unsaved = kept.some((other) => other.key === one.key);
    const also = waits ? "waiting" : unsaved ? "unsaved" : null;
    return { ...one, state: "live", also, changedAt: one.changed_at };
  });
  const known = new Set(rows.map((one) => one.key));
  const nothing = { intent: "", users: [], version: 0, also: null };
  for (const one of waiting) {
    if (known.has(one.key)) continue;
    known.add(one.key);
    rows.push({ ...nothing, ...one, languages: {}, state: "waiting", also: null, version: 0, changedAt: one.proposed_at });
  } // prettier-ignore
  for (const one of kept) {
    if (known.has(one.key)) continue;
    const languages = languagesOf(one.variants);
    rows.push({ ...nothing, key: one.key, name: one.name, languages, state: "unsaved", changedAt: null });
  } // prettier-ignore
  return rows;
}

function languagesOf(variants: Variants): Record<string, string[]> {
  return Object.fromEntries(channelsOf(variants).map((one) => [one, Object.keys(variants[one] ?? {})]));
}

function Table({ rows }: { rows: Row[] }) {
  const { t } = useTranslation("messages");
  const fmt = useFmt();
  const columns: Column<Row>[] = [
    {
      key: "name",
      head: t("column.name"),
      sortBy: (one) => one.name,
      cell: (one) => (
        <>
          <Link to={`/messages/${one.key}` as string} dir="auto" className={classes.name}>
            {one.name}
          </Link>
          {one.intent ? (
            <Text size="sm" c="dimmed" dir="auto" lineClamp={1}>
              {one.intent}
            </Text>
          ) : null}
        </>
      ),
    },
    {
      key: "languages",
      head: t("column.languages"),
      cell: (one) => <Languages of={one.languages} />,
    },
    {
      key: "users",
      head: t("column.users"),
      wide: true,
      sortBy: (one) => one.users.length,
      cell: (one) => <Users of={one.users} />,
    },
    {
      key: "state",
      head: t("column.state"),
      wide: true,
      sortBy: (one) => one.state,
      cell: (one) => (
        <>
          <StateBadge state={one.state} version={one.version} />
          {one.also ? <StateBadge state={one.also} version={one.version} /> : null}
        </>
      ),
    },
    {
      key: "changed",
      head: t("column.changed"),
      align: "right",
      wide: true,
      sortBy: (one) => one.changedAt,
      cell: (one) => (one.changedAt ? fmt.dateTime(one.changedAt) : "–"),
    },
  ];
  return (
    <DataTable
      label={t("title")}
      rows={rows}
      columns={columns}
      rowKey={(one) => one.key}
      sorted="-changed"
      rowHeight={56}
    />
  );
}

/** Each channel with its languages; one that another channel has and this one lacks is marked. */
function Languages({ of }: { of: Record<string, string[]> }) {
  const { t } = useTranslation("messages");
  const channelName = useChannelName();
  const written = new Set(Object.values(of).flat());
  const wanted = LANGUAGES.filter((one) => written.has(one));
  return (
    <ul className={classes.languages}>
      {Object.entries(of).map(([channel, has]) => (
        <li key={channel}>
          {isChannel(channel) ? <ChannelIcon channel={channel} /> : null}
          <span>{channelName(channel)}</span>
          {wanted.map((one) =>
            has.includes(one) ? (
              <span key={one} className={classes.has}>
                {one}
              </span>
            ) : (
              <span key={one} className={classes.lacks} title={t("lacks", { language: t(`language.${one}`) })}>
                <span aria-hidden>{`+ ${one}`}</span>
                <span className="k-hidden">{t("lacks", { language: t(`language.${one}`) })}</span>
              </span>
            ),
          )}
        </li>
      ))}
    </ul>
  );
}
