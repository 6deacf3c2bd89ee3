// A list of people: read first, its columns put where they belong, its wrong rows told, then taken.
import { Button, FileInput, Group, NativeSelect, Stack, Text, Title } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import type { components } from "~/api/schema";
import { type Column, Confirm, DataTable, Failed, Page, useDraft, useFmt } from "~/kit";
import { Expected } from "./Expected";
import { placesOf } from "./places";
import { textOf } from "./read";
import classes from "./start.module.css";

type Brought = components["schemas"]["Brought"];
type Wrong = components["schemas"]["Wrong"];
type Named = Brought["columns"][number];

const MOST_CHARS = 8_000_000;

interface Chosen {
  text: string;
  at_ms: number;
}

export default function Import() {
  const { t } = useTranslation("start");
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [list, setList] = useState<Chosen>();
  const [done, setDone] = useState<Brought>();
  const [asking, setAsking] = useState(false);
  // Where columns of a name go: for the mended file too, and after a reload.
  const draft = useDraft<Record<string, string>>("import.columns", {}, "");
  const send = async (given: Chosen, columns: Record<string, string>, plan: boolean) => {
    const head = given.text.slice(0, given.text.indexOf("\n") + 1 || undefined);
    const known = Object.entries(columns).filter(([name]) => head.includes(name));
    const body = { ...given, columns: Object.fromEntries(known), plan };
    return take(await api.POST("/v1/people/import", { body }));
  };
  const [found, setFound] = useState<Brought>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const asked = useRef(0);
  const read = async (given: Chosen, columns: Record<string, string>) => {
    const mine = ++asked.current; // only the answer to the latest question is shown
    setBusy(true);
    setError(undefined);
    try {
      const answer = await send(given, columns, true);
      if (mine === asked.current) setFound(answer);
    } catch (problem) {
      if (mine === asked.current) setError(problem);
    } finally {
      if (mine === asked.current) setBusy(false);
    }
  };
  const choose = async (next: File | null) => {
    asked.current += 1;
    setFile(next);
    setDone(undefined);
    setList(undefined);
    setFound(undefined);
    setError(undefined);
    if (!next) return;
    const given = { text: await textOf(next), at_ms: next.lastModified };
    setList(given);
    if (given.text.length <= MOST_CHARS) await read(given, draft.value);
  };
  const put = (column: string, place: string) => {
    const columns = { ...draft.value, [column]: place };
    draft.change(columns);
    if (list) void read(list, columns);
  };
  const shown = done ?? found;
  const large = list !== undefined && list.text.length > MOST_CHARS;
  return (
    <Page title={t("import.title")} below={<Text c="dimmed">{t("import.about")}</Text>}>
      <Stack gap="lg">
        <FileInput
          className={classes.chooser}
          label={t("import.file")}
          placeholder={t("import.choose")}
          accept=".csv,.txt,text/csv,text/plain"
          value={file}
          onChange={(next) => void choose(next)}
        />
        {file ? null : <Expected />}
        {large ? <Text role="alert">{t("import.large")}</Text> : null}
        {error ? <Failed error={error} /> : null}
        {busy ? <Text role="status">{t("import.reading")}</Text> : null}
        {shown && !busy ? <Said found={shown} done={done !== undefined} /> : null}
        {found && !done ? (
          <Group>
            <Button
              disabled={!found.taken || busy || error !== undefined}
              onClick={() => setAsking(true)}
            >
              {t("import.bring")}
            </Button>
          </Group>
        ) : null}
        {found && !done ? <Columns found={found} chosen={draft.value} put={put} /> : null}
        {shown?.wrong.length ? <Wrongs rows={shown.wrong} /> : null}
      </Stack>
      <Confirm
        opened={asking}
        close={() => setAsking(false)}
        title={t("import.bring")}
        touches={t("import.touches", { taken: found?.taken })}
        word={t("import.bring")}
        act={async () => {
          if (!list) return;
          setDone(await send(list, draft.value, false));
          draft.done();
          await queries.invalidateQueries({ queryKey: ["start", "people"] });
        }}
      />
    </Page>
  );
}

function Said({ found, done }: { found: Brought; done: boolean }) {
  const { t } = useTranslation("start");
  const fmt = useFmt();
  const counts = {
    taken: fmt.number(found.taken),
    refused: fmt.number(found.refused),
    notes: fmt.number(found.notes),
  };
  return (
    <div role="status">
      <Text fw={550}>{found.problem || t(done ? "import.done" : "import.would", counts)}</Text>
      {done ? <Link to="/people">{t("import.toPeople")}</Link> : null}
    </div>
  );
}

interface ColumnsProps {
  found: Brought;
  /** What was chosen, also where the server could not take it so. */
  chosen: Record<string, string>;
  put: (column: string, place: string) => void;
}

function Columns({ found, chosen, put }: ColumnsProps) {
  const { t } = useTranslation("start");
  const columns: Column<Named>[] = [
    { key: "name", head: t("import.column"), cell: (one) => <bdi>{one.name}</bdi> },
    {
      key: "examples",
      head: t("import.examples"),
      cell: (one) => <bdi>{one.examples.join(" · ")}</bdi>,
      wide: true,
    },
    {
      key: "place",
      head: t("import.place"),
      cell: (one) => (
        <NativeSelect
          size="xs"
          aria-label={t("import.placeOf", { name: one.name })}
          value={chosen[one.name] ?? one.place}
          onChange={(event) => put(one.name, event.currentTarget.value)}
          data={placesOf(one.name, chosen[one.name] ?? one.place, t)}
        />
      ),
    },
  ];
  return (
    <div>
      <Title order={2} fz="lg" mb="xs">
        {t("import.columns")}
      </Title>
      <DataTable
        label={t("import.columns")}
        rows={found.columns}
        columns={columns}
        rowKey={(one) => one.name}
      />
    </div>
  );
}

function Wrongs({ rows }: { rows: Wrong[] }) {
  const { t } = useTranslation("start");
  const fmt = useFmt();
  const columns = useMemo<Column<Wrong>[]>(
    () => [
      {
        key: "row",
        head: t("import.row"),
        cell: (one) => fmt.number(one.row),
        sortBy: (one) => one.row,
        align: "right",
        width: "80px",
      },
      { key: "reason", head: t("import.reason"), cell: (one) => one.reason },
      {
        key: "state",
        head: t("import.state"),
        cell: (one) => t(one.taken ? "import.taken" : "import.refused"),
        wide: true,
      },
    ],
    [t, fmt],
  );
  return (
    <div>
      <Title order={2} fz="lg" mb="xs">
        {t("import.wrong")}
      </Title>
      <Text c="dimmed" mb="xs">
        {t("import.wrongHelp")}
      </Text>
      <DataTable
        label={t("import.wrong")}
        rows={rows}
        columns={columns}
        rowKey={(one) => `${one.row} ${one.reason}`}
      />
    </div>
  );
}
