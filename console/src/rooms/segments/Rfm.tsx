// The RFM grid: customers by recency and worth, who moved in a month, and the way to the people.
import { Group, SegmentedControl, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Asked, Empty, Page, SideSheet, useFmt } from "~/kit";
import { type Grid, gridQuery, listQuery } from "./api";
import { RfmGroups } from "./RfmGroups";
import { RfmTable } from "./RfmTable";
import { Sample, Told, useTold } from "./Told";
import type { Node } from "./tree";

const New = lazy(() => import("./New"));

/** A cell or a group: what it is called, and the rule of who is in it. */
export interface Chosen {
  name: string;
  tree: Node;
}
export type Shown = "people" | "revenue";

export default function Rfm() {
  const { t } = useTranslation("segments");
  const found = useQuery(gridQuery);
  const [seen, see] = useState<Chosen>();
  const [made, make] = useState<Chosen>();
  const known = useQuery({ ...listQuery(), enabled: made !== undefined });
  const nothing = (
    <Empty title={t("rfm.none")} action={<Link to="/segments">{t("title")}</Link>}>
      {t("rfm.noneHelp")}
    </Empty>
  );
  return (
    <Page title={t("rfm.title")} below={<Text c="dimmed">{t("rfm.about")}</Text>}>
      <Asked of={found} empty={nothing} isEmpty={(grid) => !sum(grid)}>
        {(grid) => <Whole grid={grid} see={see} make={make} />}
      </Asked>
      {seen ? <People chosen={seen} close={() => see(undefined)} /> : null}
      {made ? (
        <Suspense>
          <New
            given={made}
            close={() => make(undefined)}
            known={known.data?.map((one) => one.key) ?? []}
          />
        </Suspense>
      ) : null}
    </Page>
  );
}

interface Props {
  grid: Grid;
  see: (chosen: Chosen) => void;
  make: (chosen: Chosen) => void;
}

function Whole({ grid, see, make }: Props) {
  const { t } = useTranslation("segments");
  const fmt = useFmt();
  const [shown, show] = useState<Shown>("people");
  const facts = {
    people: t("rfm.count", { count: sum(grid) }),
    at: fmt.dateTime(grid.at),
    currency: grid.currency,
  };
  return (
    <>
      <Group gap="sm" mb="sm" justify="space-between">
        <Text size="sm" c="dimmed">
          {grid.window_days
            ? t("rfm.howWindow", { ...facts, days: grid.window_days })
            : t("rfm.how", facts)}
        </Text>
        <Group gap="xs">
          <Text size="sm" id="rfm-shown">
            {t("rfm.shown")}
          </Text>
          <SegmentedControl
            size="xs"
            aria-labelledby="rfm-shown"
            value={shown}
            onChange={(value) => show(value as Shown)}
            data={(["people", "revenue"] as const).map((one) => ({
              value: one,
              label: t(`rfm.${one}`),
            }))}
          />
        </Group>
      </Group>
      <RfmTable grid={grid} shown={shown} see={see} make={make} />
      <Text size="xs" c="dimmed" mt={6} mb="lg">
        {t("rfm.legend", { then: fmt.date(grid.then) })} {t("rfm.worthHelp")} {t("rfm.keys")}
      </Text>
      <RfmGroups grid={grid} see={see} make={make} />
    </>
  );
}

function People({ chosen, close }: { chosen: Chosen; close: () => void }) {
  const telling = useTold(JSON.stringify({ tree: chosen.tree }), 100);
  return (
    <SideSheet opened close={close} title={chosen.name}>
      <Told telling={telling} />
      <Sample telling={telling} />
    </SideSheet>
  );
}

function sum(grid: Grid): number {
  return grid.cells.reduce((all, one) => all + one.count, 0);
}
