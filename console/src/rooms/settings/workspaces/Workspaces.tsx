// The workspaces of this installation: where the reader may go, and opening and closing them.
import { Button, Group, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { Asked, type Column, Confirm, DataTable, Failed, useFmt } from "~/kit";
import { Bar } from "../Bar";
import { State } from "../State";
import { close, type Space, spacesQuery, reopen, visit } from "./api";
import { NewWorkspace } from "./NewWorkspace";
import { RenameWorkspace } from "./RenameWorkspace";

export default function Workspaces() {
  const { t } = useTranslation("settings");
  const known = useQuery(spacesQuery);
  const may = useMay("workspaces.manage");
  const [making, setMaking] = useState(false);
  const here = known.data?.find((one) => one.here);
  return (
    <>
      <Bar about={t("about.workspaces")}>
        {may && here?.first ? (
          <Button size="sm" onClick={() => setMaking(true)}>
            {t("workspaces.new")}
          </Button>
        ) : null}
      </Bar>
      <Asked of={known}>
        {(rows) => (
          <>
            <List rows={rows} may={may && here?.first === true} />
            {may && here?.first === false ? (
              <Text c="dimmed" mt="sm">
                {t("workspaces.elsewhere")}
              </Text>
            ) : null}
          </>
        )}
      </Asked>
      <NewWorkspace opened={making} close={() => setMaking(false)} />
    </>
  );
}

function List({ rows, may }: { rows: Space[]; may: boolean }) {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const [going, setGoing] = useState<Space>();
  const [naming, setNaming] = useState<Space>();
  const doing = useMutation({
    mutationFn: (act: () => Promise<unknown>) => act(),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["workspaces"] }),
  });
  const columns = useColumns(may, setGoing, setNaming, doing.mutate, doing.isPending);
  return (
    <>
      {doing.isError ? <Failed error={doing.error} /> : null}
      <DataTable
        label={t("tab.workspaces")}
        rows={rows}
        columns={columns}
        rowKey={(one) => one.key}
      />
      <RenameWorkspace space={naming} close={() => setNaming(undefined)} />
      <Confirm
        opened={going !== undefined}
        close={() => setGoing(undefined)}
        title={t("workspaces.closeOne", { name: going?.name })}
        touches={t("workspaces.closeTouches", { name: going?.name })}
        type={going?.name ?? ""}
        word={t("workspaces.close")}
        act={async () => {
          if (going) await close(going.key);
          await queries.invalidateQueries({ queryKey: ["workspaces"] });
        }}
      />
    </>
  );
}

function useColumns(
  may: boolean,
  leave: (space: Space) => void,
  name: (space: Space) => void,
  act: (deed: () => Promise<unknown>) => void,
  busy: boolean,
): Column<Space>[] {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  return useMemo(
    () => [
      { key: "name", head: t("workspaces.name"), cell: (one) => <bdi>{one.name}</bdi> },
      { key: "address", head: t("workspaces.address"), cell: (one) => one.address, wide: true },
      { key: "zone", head: t("workspaces.zone"), cell: (one) => one.timezone, wide: true },
      {
        key: "since",
        head: t("workspaces.since"),
        cell: (one) => fmt.date(one.opened_at),
        wide: true,
      },
      {
        key: "state",
        head: t("state"),
        cell: (one) => <State mood={mood(one)} word={t(`workspaces.${word(one)}`)} />,
      },
      {
        key: "deed",
        head: t("keys.deed"),
        cell: (one) => (
          <Group gap="xs">
            {one.member && !one.here && !one.closed_at ? (
              <Button
                size="xs"
                loading={busy}
                aria-label={t("workspaces.goTo", { name: one.name })}
                onClick={() => act(() => visit(one.key))}
              >
                {t("workspaces.go")}
              </Button>
            ) : null}
            {may ? (
              <Button
                size="xs"
                variant="default"
                aria-label={t("workspaces.renameOne", { name: one.name })}
                onClick={() => name(one)}
              >
                {t("workspaces.rename")}
              </Button>
            ) : null}
            {may && !one.first ? (
              <Button
                size="xs"
                variant="default"
                loading={busy && one.closed_at !== null}
                aria-label={t(one.closed_at ? "workspaces.reopenOne" : "workspaces.closeOne", {
                  name: one.name,
                })}
                onClick={() => (one.closed_at ? act(() => reopen(one.key)) : leave(one))}
              >
                {t(one.closed_at ? "workspaces.reopen" : "workspaces.close")}
              </Button>
            ) : null}
          </Group>
        ),
      },
    ],
    [t, fmt, may, leave, name, act, busy],
  );
}

function word(one: Space): "here" | "closed" | "isOpen" {
  if (one.here) return "here";
  return one.closed_at ? "closed" : "isOpen";
}

function mood(one: Space): "good" | "quiet" {
  return one.closed_at ? "quiet" : "good";
}
