// One person from every side: who she is on the left, what happened and why on the right.
import { Alert, Anchor, Group, Tabs, Text } from "@mantine/core";
import { IconEye } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "~/api/client";
import { useMay } from "~/api/me";
import { Asked, Empty, Page, useFmt } from "~/kit";
import { type Profile, profileQuery } from "./asks";
import { Chip } from "./bits";
import { Acts, Erased } from "./person/Acts";
import { Consents } from "./person/Consents";
import { Journeys } from "./person/Journeys";
import { Left } from "./person/Left";
import { Merges } from "./person/Merges";
import { Messages } from "./person/Messages";
import { Notes } from "./person/Notes";
import { Segments } from "./person/Segments";
import { Timeline } from "./person/Timeline";
import classes from "./Person.module.css";

const TABS = {
  timeline: Timeline,
  messages: Messages,
  journeys: Journeys,
  segments: Segments,
  consents: Consents,
  notes: Notes,
  merges: Merges,
};
type Tab = keyof typeof TABS;

export default function Person() {
  const { t } = useTranslation("people");
  const { person = "" } = useParams({ strict: false }) as { person?: string };
  const found = useQuery(profileQuery(person));
  const [clear, setClear] = useState<Profile>();
  const [erased, setErased] = useState(false);
  // Another person is never shown in the clear on this one's word.
  useEffect(() => {
    setClear(undefined);
    setErased(false);
  }, [person]);
  const gone = found.error instanceof Problem && found.error.status === 404;
  const known = clear ?? found.data;
  const back = (
    <Anchor component={Link} to={"/people" as "/"} size="sm">
      ← {t("person.back")}
    </Anchor>
  );
  if (erased || gone) {
    return (
      <Page title={gone && !erased ? t("person.unknown") : t("erase.begun")} below={back}>
        {erased ? (
          <Erased person={person} />
        ) : (
          <Empty title={t("person.unknown")}>{t("person.unknownHelp")}</Empty>
        )}
      </Page>
    );
  }
  return (
    <Page
      title={<bdi className={classes.name}>{known ? known.name || t("nameless") : t("title")}</bdi>}
      called={t("title")}
      actions={
        known ? (
          <Acts person={known} clear={clear} setClear={setClear} erased={() => setErased(true)} />
        ) : null
      }
      below={<Head person={known} back={back} />}
    >
      {clear ? (
        <Alert role="status" variant="default" icon={<IconEye aria-hidden />} mb="sm" py="xs">
          {t("reveal.shown")}
        </Alert>
      ) : null}
      <Asked of={found}>
        {(masked) => (
          <div className={classes.columns}>
            <Left person={clear ?? masked} />
            <History person={masked.id} />
          </div>
        )}
      </Asked>
    </Page>
  );
}

function Head({ person, back }: { person: Profile | undefined; back: React.ReactNode }) {
  const { t } = useTranslation("people");
  const fmt = useFmt();
  return (
    <Group gap="sm">
      {back}
      {person ? (
        <>
          <Text size="sm" c="dimmed">
            {t("person.since", { when: fmt.date(since(person)) })}
          </Text>
          <Text size="sm" c="dimmed">
            {t("person.events", { count: person.events })}
          </Text>
          {person.merged ? <Chip>{t("person.merged", { count: person.merged })}</Chip> : null}
        </>
      ) : null}
    </Group>
  );
}

/** Her first sign of life: what was brought in later may be older than the profile. */
function since(person: Profile): number {
  return Math.min(person.created_at_ms, ...person.seen.map((one) => one.first_ms));
}

function History({ person }: { person: string }) {
  const { t } = useTranslation("people");
  const mayConsents = useMay("consent.read");
  const [tab, setTab] = useState<string | null>("timeline");
  const shown = (Object.keys(TABS) as Tab[]).filter((one) => one !== "consents" || mayConsents);
  return (
    <section className={`k-card ${classes.panel}`}>
      <h2 className="k-hidden">{t("tab.label")}</h2>
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List aria-label={t("tab.label")} className={classes.tabs}>
          {shown.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`tab.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {shown.map((one) => {
          const Content = TABS[one];
          return (
            <Tabs.Panel key={one} value={one} className={classes.tab}>
              <Content person={person} />
            </Tabs.Panel>
          );
        })}
      </Tabs>
    </section>
  );
}
