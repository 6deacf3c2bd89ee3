// All segments in a table: who belongs to each in words, how many, who uses it; and the way to a new one.
import { Button, Group, SegmentedControl, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconGridDots, IconPlus, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Suspense, useDeferredValue, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { lazily } from "~/api/bring";
import { useMay } from "~/api/me";
import { fold } from "~/fmt";
import { Asked, type Column, DataTable, Empty, Page, useFmt } from "~/kit";
import { figuresQuery, listQuery, type State, type Summary } from "./api";
import { Change } from "./Change";
import { KINDS } from "./kinds";
import classes from "./segments.module.css";

const New = lazily(() => import("./New"));
const SEARCH_FROM = 8;

export default function Segments() {
  const { t } = useTranslation("segments");
  const [state, setState] = useState<State>("active");
  const [making, sheet] = useDisclosure();
  const figures = useQuery(figuresQuery(state));
  // While history cannot be asked, the segments themselves are there all the same.
  const plain = useQuery({ ...listQuery(state), enabled: figures.isError });
  const found = figures.isError && plain.data ? plain : figures;
  const begin = useMay("segments.manage") ? (
    <Button size="sm" leftSection={<IconPlus size={16} aria-hidden />} onClick={sheet.open}>
      {t("new")}
    </Button>
  ) : null;
  const nothing =
    state === "active" ? (
      <Empty title={t("none")} action={begin}>
        {t("noneHelp")}
      </Empty>
    ) : (
      <Empty title={t("noneArchived")} />
    );
  return (
    <Page
      title={t("title")}
      actions={
        <>
          <SegmentedControl
            size="xs"
            aria-label={t("column.state")}
            value={state}
            onChange={(value) => setState(value as State)}
            data={(["active", "archived"] as const).map((one) => ({
              value: one,
              label: t(`state.${one}`),
            }))}
          />
          <Button
            size="sm"
            variant="default"
            component={Link}
            to={"/segments/~rfm" as string}
            leftSection={<IconGridDots size={16} aria-hidden />}
          >
            {t("rfm.title")}
          </Button>
          {begin}
        </>
      }
      below={<Text c="dimmed">{t("about")}</Text>}
    >
      <Asked of={found} empty={nothing}>
        {(rows) => <Found rows={rows} />}
      </Asked>
      {making ? (
        <Suspense>
          <New close={sheet.close} known={found.data?.map((one) => one.key) ?? []} />
        </Suspense>
      ) : null}
    </Page>
  );
}

function Found({ rows }: { rows: Summary[] }) {
  const { t } = useTranslation("segments");
  const [typed, setTyped] = useState("");
  const wanted = fold(useDeferredValue(typed));
  const texts = useMemo(
    () => rows.map((one) => fold(`${one.name} ${one.key} ${one.sentence}`)),
    [rows],
  );
  const shown = useMemo(
    () => (wanted ? rows.filter((_, at) => texts[at]?.includes(wanted)) : rows),
    [rows, texts, wanted],
  );
  if (rows.length < SEARCH_FROM) return <Table rows={rows} />;
  return (
    <>
      <Group gap="sm" mb="sm">
        <TextInput
          size="sm"
          className={classes.search}
          aria-label={t("list.find")}
          placeholder={t("list.find")}
          leftSection={<IconSearch size={15} aria-hidden />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Text size="sm" c="dimmed" role="status">
          {t("list.count", { count: shown.length })}
        </Text>
      </Group>
      {shown.length ? <Table rows={shown} /> : <Empty title={t("list.nothing", { typed })} />}
    </>
  );
}

function Table({ rows }: { rows: Summary[] }) {
  const { t, i18n } = useTranslation("segments");
  const fmt = useFmt();
  // The same for every letter typed: a new one would sort five thousand rows again.
  const columns = useMemo(
    (): Column<Summary>[] => [
      {
        key: "name",
        head: t("column.name"),
        sortBy: (one) => one.name,
        cell: (one) => (
          <Link to={`/segments/${one.key}` as string} dir="auto" className={classes.name}>
            {one.name}
          </Link>
        ),
      },
      {
        key: "sentence",
        head: t("column.sentence"),
        wide: true,
        width: "38%",
        cell: (one) => (
          <span className={classes.said} dir="auto">
            {one.sentence || t("listSays")}
          </span>
        ),
      },
      {
        key: "size",
        head: t("column.size"),
        align: "right",
        sortBy: (one) => one.people ?? null,
        cell: (one) => <Size of={one} />,
      },
      {
        key: "week",
        head: t("column.week"),
        align: "right",
        sortBy: (one) => one.week ?? null,
        cell: (one) => <Change by={one.week} />,
      },
      {
        key: "uses",
        head: t("column.uses"),
        wide: true,
        sortBy: (one) => Object.values(one.uses ?? {}).reduce((sum, many) => sum + many, 0),
        cell: (one) => <Uses of={one} />,
      },
      {
        key: "changed",
        head: t("column.changed"),
        align: "right",
        wide: true,
        sortBy: (one) => one.changed_at,
        cell: (one) => fmt.dateTime(one.changed_at),
      },
    ],
    // Words and forms change with the language.
    [t, fmt, i18n.language],
  );
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

function Size({ of }: { of: Summary }) {
  const { t } = useTranslation("segments");
  const fmt = useFmt();
  if (typeof of.people === "number") return <span className="k-num">{fmt.number(of.people)}</span>;
  const isAsked = of.state === "active" && of.uses;
  return <span className="k-quiet">{isAsked ? t("list.finding") : "–"}</span>;
}

function Uses({ of }: { of: Summary }) {
  const { t } = useTranslation("segments");
  const said = KINDS.filter((one) => of.uses?.[one]).map((one) =>
    t(`kinds.${one}`, { count: of.uses?.[one] ?? 0 }),
  );
  const nobody = of.uses ? t("list.unused") : "–";
  return <span className="k-quiet">{said.length ? said.join(", ") : nobody}</span>;
}
