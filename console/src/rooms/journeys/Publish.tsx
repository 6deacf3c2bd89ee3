// Publishing: what changes, how many people it touches, and what becomes of those inside.
import { Button, Group, Modal, Radio, Select, Stack, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { queries } from "~/api/queries";
import { Asked, Failed, useFmt } from "~/kit";
import { draftQuery, type People, type Planned, refresh } from "./api";

interface Props {
  journey: string;
  text: string;
  /** The version the author sees live; the second of two who publish is told. */
  live: number;
  steps: string[];
  close: () => void;
}

const CHOICES: People[] = ["stay", "keep", "recompute"];

export function Publish({ journey, text, live, steps, close }: Props) {
  const { t } = useTranslation("journeys");
  const [people, setPeople] = useState<People>("stay");
  const [gone, setGone] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [waits, setWaits] = useState(false);
  const path = { key: journey };
  const body = { text, people, gone };
  const plan = useQuery({
    queryKey: ["publish", journey, text, people, gone],
    queryFn: async () =>
      take(await api.POST("/v1/journeys/{key}/plan", { params: { path }, body })),
    placeholderData: (before: Planned | undefined) => before,
  });
  const publish = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const header = { "if-match": String(live) };
      // What is kept as a draft goes live as that draft, which is over with it.
      const isDraft = queries.getQueryData(draftQuery(journey).queryKey);
      const wanted = isDraft ? { people, gone } : body;
      const done = take(
        await api.POST("/v1/journeys/{key}/publish", { params: { path, header }, body: wanted }),
      );
      await refresh(journey);
      if (done.proposal) setWaits(true);
      else close();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={t("publish.title")}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      {waits ? (
        <Text role="status">{t("publish.waits")}</Text>
      ) : (
        <Asked of={plan}>
          {(planned) => (
            <Stack gap="md">
              <Text>
                {t(`publish.${planned.change as "new" | "changed" | "same"}`, {
                  version: planned.version,
                  before: planned.before,
                })}
              </Text>
              {planned.inside > 0 && planned.change !== "same" ? (
                <Radio.Group
                  label={t("publish.inside", { count: planned.inside })}
                  value={people}
                  onChange={(value) => setPeople(value as People)}
                >
                  <Stack gap={6} mt={6}>
                    {CHOICES.map((one) => (
                      <Radio key={one} value={one} label={t(`publish.${one}`)} />
                    ))}
                  </Stack>
                </Radio.Group>
              ) : null}
              {people !== "stay" && planned.heads.length ? (
                <Heads planned={planned} people={people} steps={steps} gone={gone} set={setGone} />
              ) : null}
              {error ? <Failed error={error} /> : null}
              <Group justify="flex-end" gap="xs">
                <Button variant="default" onClick={close}>
                  {t("cancel")}
                </Button>
                <Button
                  loading={busy}
                  disabled={planned.change === "same"}
                  onClick={() => void publish()}
                >
                  {t("publish.go")}
                </Button>
              </Group>
            </Stack>
          )}
        </Asked>
      )}
    </Modal>
  );
}

interface HeadsProps {
  planned: Planned;
  people: People;
  steps: string[];
  gone: Record<string, string>;
  set: (gone: Record<string, string>) => void;
}

function Heads({ planned, people, steps, gone, set }: HeadsProps) {
  const { t } = useTranslation("journeys");
  const fmt = useFmt();
  const ends = { value: "exit", label: t("publish.leave") };
  const data = [ends, ...steps.filter((one) => one !== "exit").map((one) => ({ value: one, label: one }))]; // prettier-ignore
  return (
    <Table.ScrollContainer minWidth={480} type="native">
      <Table aria-label={t("publish.heads")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("publish.step")}</Table.Th>
            <Table.Th ta="right">{t("publish.standing")}</Table.Th>
            <Table.Th>{t("publish.to")}</Table.Th>
            <Table.Th ta="right">{t("publish.atOnce")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {planned.heads.map((one) => (
            <Table.Tr key={one.step}>
              <Table.Td>{one.step}</Table.Td>
              <Table.Td ta="right">{fmt.number(one.standing)}</Table.Td>
              <Table.Td>
                {one.to && !(one.step in gone) ? (
                  one.to === "exit" ? ends.label : one.to
                ) : (
                  <Select
                    aria-label={t("publish.where", { step: one.step })}
                    data={data}
                    value={gone[one.step] ?? null}
                    onChange={(value) => set({ ...gone, [one.step]: value ?? "" })}
                  />
                )}
              </Table.Td>
              <Table.Td ta="right">{fmt.number(one[people].at_once)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
