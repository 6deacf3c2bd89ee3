// A broadcast that waits for its time, runs or has ended: how it goes, live, and what came of it.
import { Alert, Group, Stack } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Progress } from "~/api/broadcasts";
import { Page } from "~/kit";
import type { Whole } from "./api";
import { Status } from "./Broadcasts";
import { Counts } from "./Counts";
import { Deeds } from "./Deeds";
import type { Behind } from "./PeopleSheet";
import { Reach } from "./Reach";
import { Results } from "./Results";
import type { Wanted } from "./shape";
import { Summary } from "./Summary";

const PeopleSheet = lazy(() => import("./PeopleSheet"));

interface Props {
  whole: Whole;
  /** How it stands by the latest word of the stream. */
  now: Progress;
  /** Change what waits for its time. */
  change: () => void;
}

export default function Sent({ whole, now, change }: Props) {
  const { t } = useTranslation("broadcasts");
  const [behind, setBehind] = useState<Behind | null>(null);
  const waits = whole.status === "scheduled";
  return (
    <Page
      called={whole.name}
      title={
        <Group gap="xs" component="span">
          <span dir="auto">{whole.name}</span>
          <Status status={now.stopped ? "stopped" : now.status} />
        </Group>
      }
      actions={<Deeds whole={whole} now={now} change={change} />}
    >
      <Stack gap="md">
        {now.stopped ? (
          <Alert role="status" variant="default" py="xs">
            {t("one.stopped")}
          </Alert>
        ) : null}
        <Summary wanted={whole.definition as unknown as Wanted} />
        {waits ? (
          <Reach broadcast={whole.key} version={whole.version} />
        ) : (
          <>
            <Counts now={now} open={setBehind} />
            <Results broadcast={whole.key} now={now} />
          </>
        )}
      </Stack>
      <Suspense>
        {behind ? <PeopleSheet behind={behind} close={() => setBehind(null)} /> : null}
      </Suspense>
    </Page>
  );
}
