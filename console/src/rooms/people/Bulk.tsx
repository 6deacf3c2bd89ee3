// What can be done with many people at once; each deed says first how many it is about.
import { Button, Group, Modal, SegmentedControl, Select, Stack, Text } from "@mantine/core";
import { IconDownload, IconListCheck } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { useMay } from "~/api/me";
import { Asked, Failed, save } from "~/kit";
import { segmentsQuery } from "./asks";
import classes from "./People.module.css";

/** Whom a deed is about: named people, or all of a filter. */
export interface Whom {
  people?: string[];
  segment?: string;
  tree?: Record<string, unknown>;
}

interface Props {
  whom: Whom;
  count: number;
  /** How many there are of the filter; undefined where all cannot be chosen. */
  all?: number;
  chooseAll: () => void;
  clear: () => void;
}

export function Bulk({ whom, count, all, chooseAll, clear }: Props) {
  const { t } = useTranslation("people");
  const mayList = useMay("segments.manage");
  const mayExport = useMay("people.export");
  const [open, setOpen] = useState<"list" | "export">();
  const [done, setDone] = useState("");
  return (
    <section className={classes.bulk} aria-label={t("bulk.label")}>
      <Text fw={600} role="status">
        {done || t("select.chosen", { count })}
      </Text>
      {all && all > count ? (
        <Button variant="subtle" size="xs" onClick={chooseAll}>
          {t("select.all", { count: all })}
        </Button>
      ) : null}
      <span className={classes.grow} />
      {mayList ? (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconListCheck size={15} aria-hidden />}
          onClick={() => setOpen("list")}
        >
          {t("bulk.list")}
        </Button>
      ) : null}
      {mayExport ? (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconDownload size={15} aria-hidden />}
          onClick={() => setOpen("export")}
        >
          {t("bulk.export")}
        </Button>
      ) : null}
      <Button size="xs" variant="subtle" onClick={clear}>
        {t("select.none")}
      </Button>
      {open === "list" ? (
        <OntoList whom={whom} close={() => setOpen(undefined)} done={setDone} />
      ) : null}
      {open === "export" ? (
        <Export whom={whom} count={count} close={() => setOpen(undefined)} done={setDone} />
      ) : null}
    </section>
  );
}

interface DeedProps {
  whom: Whom;
  close: () => void;
  done: (says: string) => void;
}

function OntoList({ whom, close, done }: DeedProps) {
  const { t } = useTranslation(["people", "kit"]);
  const [key, setKey] = useState<string | null>(null);
  const lists = useQuery({
    ...segmentsQuery,
    select: (all) => all.filter((one) => one.sort === "list" && one.state === "active"),
  });
  const plan = useQuery({
    queryKey: ["people", "plan", whom, key],
    queryFn: async ({ signal }) =>
      take(
        await api.POST("/v1/people/chosen/list", {
          body: { whom, key: key ?? "", plan: true },
          signal,
        }),
      ),
    enabled: key !== null,
    staleTime: 0,
  });
  const add = useMutation({
    mutationFn: async () =>
      take(await api.POST("/v1/people/chosen/list", { body: { whom, key: key ?? "" } })),
    onSuccess: (told) => {
      done(t("bulk.added", { people: told.people }));
      close();
    },
  });
  return (
    <Modal
      opened
      onClose={close}
      title={t("bulk.list")}
      closeButtonProps={{ "aria-label": t("kit:close") }}
    >
      <Stack gap="sm">
        <Asked of={lists} empty={<Text>{t("bulk.noList")}</Text>}>
          {(all) => (
            <Select
              data-autofocus
              label={t("bulk.whichList")}
              data={all.map((one) => ({ value: one.key, label: one.name || one.key }))}
              value={key}
              onChange={setKey}
              searchable
            />
          )}
        </Asked>
        {key ? (
          <Asked of={plan}>{(told) => <Text role="status">{t("bulk.plan", told)}</Text>}</Asked>
        ) : null}
        {add.isError ? <Failed error={add.error} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            {t("kit:confirm.cancel")}
          </Button>
          <Button disabled={!plan.data} loading={add.isPending} onClick={() => add.mutate()}>
            {t("bulk.add")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Export({ whom, count, close, done }: DeedProps & { count: number }) {
  const { t } = useTranslation(["people", "kit"]);
  const [form, setForm] = useState<"csv" | "ndjson">("csv");
  const get = useMutation({
    mutationFn: async () =>
      take(
        await api.POST("/v1/people/chosen/export", { body: { whom, form }, parseAs: "blob" }),
      ) as Blob,
    onSuccess: (file) => {
      save(file, `people.${form}`);
      done(t("bulk.taken"));
      close();
    },
  });
  return (
    <Modal
      opened
      onClose={close}
      title={t("bulk.export")}
      closeButtonProps={{ "aria-label": t("kit:close") }}
    >
      <Stack gap="sm">
        <Text>{t("bulk.exportSays", { count })}</Text>
        <SegmentedControl
          aria-label={t("bulk.form")}
          value={form}
          onChange={(value) => setForm(value as "csv" | "ndjson")}
          data={[
            { value: "csv", label: "CSV" },
            { value: "ndjson", label: "NDJSON" },
          ]}
        />
        {get.isError ? <Failed error={get.error} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            {t("kit:confirm.cancel")}
          </Button>
          <Button data-autofocus loading={get.isPending} onClick={() => get.mutate()}>
            {t("bulk.take")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
