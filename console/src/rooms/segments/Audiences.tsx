// Which audiences on advertising platforms this segment is: how each stands, a new one, and the end.
import { Badge, Button, Group, NativeSelect, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useMay } from "~/api/me";
import { queries } from "~/api/queries";
import { fold } from "~/fmt";
import { Asked, type Column, Confirm, DataTable, Failed, SideSheet, useDraft, useFmt } from "~/kit";
import { adAccountsQuery, audiencesQuery, registerQuery, usesQuery } from "./api";
import classes from "./segments.module.css";
import { keyOf } from "./tree";

type One = Awaited<ReturnType<NonNullable<(typeof audiencesQuery)["queryFn"]>>>[number];

export function Audiences({ segment, active }: { segment: string; active: boolean }) {
  const { t } = useTranslation("segments");
  const may = useMay("audiences.manage");
  const uses = useQuery(usesQuery(segment));
  const has = uses.data?.some((one) => one.kind === "audience") ?? false;
  // What is not there is not asked for.
  const found = useQuery({ ...audiencesQuery, enabled: has });
  const [making, sheet] = useDisclosure();
  const [ending, end] = useState<One>();
  const [pausing, pause] = useState<One>();
  const nothing = (
    <Text size="sm" c="dimmed">
      {t("audience.none")}
    </Text>
  );
  const mine = found.data?.filter((one) => one.segment === segment) ?? [];
  return (
    <section className={`k-card ${classes.told}`} aria-labelledby="segment-audiences">
      <Group justify="space-between" mb="xs">
        <Title order={2} fz="md" id="segment-audiences">
          {t("audience.title")}
        </Title>
        {may && active ? (
          <Button size="compact-sm" variant="default" onClick={sheet.open}>
            {t("audience.add")}
          </Button>
        ) : null}
      </Group>
      {mine.length ? (
        <Table rows={mine} {...(may ? { deeds: { end, pause } } : {})} />
      ) : (
        <Asked of={uses}>{() => (has ? <Asked of={found}>{() => nothing}</Asked> : nothing)}</Asked>
      )}
      {making ? <New segment={segment} close={sheet.close} /> : null}
      {pausing ? (
        <Confirm
          opened
          close={() => pause(undefined)}
          title={t("audience.pause")}
          touches={t("audience.pauseTouches", { name: pausing.name })}
          word={t("audience.pause")}
          act={async () => {
            await api.POST("/v1/audiences/{key}/pause", { params: { path: { key: pausing.key } } });
            await again(segment);
          }}
        />
      ) : null}
      {ending ? (
        <Confirm
          opened
          close={() => end(undefined)}
          title={t("audience.end")}
          touches={t("audience.endTouches", { count: ending.held, name: ending.name })}
          type={ending.name}
          word={t("audience.end")}
          act={async () => {
            await api.DELETE("/v1/audiences/{key}", { params: { path: { key: ending.key } } });
            await again(segment);
          }}
        />
      ) : null}
    </section>
  );
}

async function again(segment: string) {
  await queries.invalidateQueries({ queryKey: usesQuery(segment).queryKey });
  await queries.invalidateQueries({ queryKey: audiencesQuery.queryKey });
  void queries.invalidateQueries({ queryKey: ["segments", "list"] });
}

interface Deeds {
  end: (one: One) => void;
  pause: (one: One) => void;
}

function Table({ rows, deeds }: { rows: One[]; deeds?: Deeds }) {
  const { t } = useTranslation("segments");
  const fmt = useFmt();
  const count = (key: "held" | "coming" | "leaving", wide: boolean): Column<One> => ({
    key,
    head: t(`audience.${key}`),
    align: "right",
    wide,
    cell: (one) => <span className="k-num">{fmt.number(one[key])}</span>,
  });
  const columns: Column<One>[] = [
    {
      key: "name",
      head: t("audience.name"),
      sortBy: (one) => one.name,
      cell: (one) => (
        <>
          <span dir="auto">{one.name}</span>
          <Text size="xs" c="dimmed">
            {one.account} · {one.target}
          </Text>
        </>
      ),
    },
    {
      key: "state",
      head: t("audience.stateHead"),
      cell: (one) => (
        <>
          <Badge variant="default" tt="none">
            {t(`audience.state.${one.state as "active"}`)}
          </Badge>
          {one.said ? <Text size="xs">{one.said}</Text> : null}
        </>
      ),
    },
    count("held", false),
    count("coming", true),
    count("leaving", true),
    ...(deeds
      ? [
          {
            key: "deeds",
            head: "",
            align: "right" as const,
            cell: (one: One) =>
              one.state === "ending" ? null : <Buttons one={one} segment={one.segment} {...deeds} />,
          },
        ]
      : []),
  ];
  return (
    <DataTable label={t("audience.title")} rows={rows} columns={columns} rowKey={(one) => one.key} />
  );
}

/** Pausing asks first; going on takes nothing back and is done at once. */
function Buttons({ one, segment, end, pause }: Deeds & { one: One; segment: string }) {
  const { t } = useTranslation("segments");
  const stopped = one.state === "stopped";
  const resume = useMutation({
    mutationFn: async () => {
      await api.POST("/v1/audiences/{key}/resume", { params: { path: { key: one.key } } });
      await again(segment);
    },
  });
  const turn = t(stopped ? "audience.resume" : "audience.pause");
  return (
    <>
      <Group gap={4} justify="flex-end" wrap="nowrap">
        <Button
          size="compact-xs"
          variant="default"
          loading={resume.isPending}
          aria-label={`${turn}: ${one.name}`}
          onClick={() => (stopped ? resume.mutate() : pause(one))}
        >
          {turn}
        </Button>
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`${t("audience.end")}: ${one.name}`}
          onClick={() => end(one)}
        >
          {t("audience.end")}
        </Button>
      </Group>
      {resume.isError ? <Failed error={resume.error} /> : null}
    </>
  );
}

interface Wanted {
  name: string;
  account: string;
  target: string;
  transfer: string;
}

function New({ segment, close }: { segment: string; close: () => void }) {
  const { t } = useTranslation("segments");
  const accounts = useQuery(adAccountsQuery);
  const seesRegister = useMay("privacy.requests");
  const register = useQuery({ ...registerQuery, enabled: seesRegister });
  const draft = useDraft<Wanted>(
    `segment.${segment}.audience`,
    { name: "", account: "", target: "", transfer: "" },
    "",
  );
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const wanted = draft.value;
  const account = wanted.account || (accounts.data?.[0] ?? "");
  const key = keyOf(fold(wanted.name));
  const change = (part: Partial<Wanted>) => draft.change({ ...wanted, ...part });
  const go = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await api.PUT("/v1/audiences/{key}", {
        params: { path: { key } },
        body: {
          account,
          target: wanted.target.trim(),
          segment,
          name: wanted.name.trim(),
          brand: "",
          transfer: wanted.transfer.trim() || null,
        },
      });
      draft.done();
      await again(segment);
      close();
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return (
    <SideSheet opened close={close} title={t("audience.add")}>
      <Asked of={accounts} empty={<Text>{t("audience.noAccount")}</Text>}>
        {(names) => (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              void go();
            }}
          >
            <Stack gap="md">
              <TextInput
                data-autofocus
                label={t("audience.name")}
                value={wanted.name}
                maxLength={100}
                onChange={(event) => change({ name: event.currentTarget.value })}
              />
              <NativeSelect
                label={t("audience.account")}
                data={names}
                value={account}
                onChange={(event) => change({ account: event.currentTarget.value })}
              />
              <TextInput
                label={t("audience.target")}
                value={wanted.target}
                maxLength={64}
                onChange={(event) => change({ target: event.currentTarget.value })}
              />
              {register.data?.length ? (
                <NativeSelect
                  label={t("audience.transfer")}
                  description={t("audience.transferHelp")}
                  data={[
                    { value: "", label: "–" },
                    ...register.data.map((one) => ({ value: one.id, label: one.name })),
                  ]}
                  value={wanted.transfer}
                  onChange={(event) => change({ transfer: event.currentTarget.value })}
                />
              ) : (
                <TextInput
                  label={t("audience.transfer")}
                  description={t("audience.transferHelp")}
                  value={wanted.transfer}
                  onChange={(event) => change({ transfer: event.currentTarget.value })}
                />
              )}
              {error ? <Failed error={error} /> : null}
              <Group justify="flex-end">
                <Button type="submit" loading={busy} disabled={!key || !wanted.target.trim()}>
                  {t("audience.make")}
                </Button>
              </Group>
            </Stack>
          </form>
        )}
      </Asked>
    </SideSheet>
  );
}
