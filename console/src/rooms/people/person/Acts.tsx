// What can be done with a person: shown in the clear with a reason, taken out, erased.
import { Alert, Button, Group, Menu, Modal, Stack, Text, Textarea } from "@mantine/core";
import { IconDots, IconDownload, IconEye, IconEyeOff, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { useMay } from "~/api/me";
import { Asked, Confirm, Failed, save } from "~/kit";
import type { Profile } from "../asks";

const SHORTEST = 5;

interface Props {
  person: Profile;
  /** The profile in the clear while it is shown so. */
  clear: Profile | undefined;
  setClear: (person: Profile | undefined) => void;
  erased: () => void;
}

export function Acts({ person, clear, setClear, erased }: Props) {
  const { t } = useTranslation("people");
  const mayReveal = useMay("people.reveal");
  const mayExport = useMay("privacy.requests");
  const mayErase = useMay("privacy.erase");
  const [open, setOpen] = useState<"reveal" | "erase">();
  const name = person.name || t("nameless");
  const touched = {
    name,
    identifiers: person.identifiers.length,
    events: person.events,
  };
  return (
    <>
      {mayReveal ? (
        <Button
          variant="default"
          size="xs"
          leftSection={clear ? <IconEyeOff size={15} aria-hidden /> : <IconEye size={15} aria-hidden />}
          onClick={() => (clear ? setClear(undefined) : setOpen("reveal"))}
        >
          {clear ? t("reveal.hide") : t("reveal.button")}
        </Button>
      ) : null}
      {mayExport || mayErase ? (
        <Menu position="bottom-end" shadow="sm" withinPortal>
          <Menu.Target>
            <Button variant="default" size="xs" leftSection={<IconDots size={15} aria-hidden />}>
              {t("person.actions")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {mayExport ? (
              <Menu.Item
                component="a"
                href={`/v1/privacy/people/${person.id}/export`}
                download
                leftSection={<IconDownload size={15} aria-hidden />}
              >
                {t("export.button")}
              </Menu.Item>
            ) : null}
            {mayErase ? (
              <Menu.Item
                leftSection={<IconTrash size={15} aria-hidden />}
                onClick={() => setOpen("erase")}
              >
                {t("erase.button")}
              </Menu.Item>
            ) : null}
          </Menu.Dropdown>
        </Menu>
      ) : null}
      {open === "reveal" ? (
        <Reveal person={person.id} close={() => setOpen(undefined)} shown={setClear} />
      ) : null}
      <Confirm
        opened={open === "erase"}
        close={() => setOpen(undefined)}
        title={t("erase.title")}
        touches={
          <Stack gap="xs">
            <Text fw={600}>{t("erase.touches", touched)}</Text>
            <Text>{t("erase.says")}</Text>
          </Stack>
        }
        type={t("erase.word")}
        word={t("erase.act")}
        act={async () => {
          await api.POST("/v1/privacy/people/{person}/erase", {
            params: { path: { person: person.id } },
          });
          erased();
        }}
      />
    </>
  );
}

interface RevealProps {
  person: string;
  close: () => void;
  shown: (person: Profile) => void;
}

function Reveal({ person, close, shown }: RevealProps) {
  const { t } = useTranslation(["people", "kit"]);
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const isShort = reason.trim().length < SHORTEST;
  const go = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const found = await api.POST("/v1/people/{person}/reveal", {
        params: { path: { person } },
        body: { reason: reason.trim() },
      });
      shown(take(found));
      close();
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
      title={t("reveal.title")}
      closeButtonProps={{ "aria-label": t("kit:close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!isShort) void go();
        }}
      >
        <Stack gap="sm">
          <Textarea
            data-autofocus
            label={t("reveal.why")}
            description={`${t("reveal.help")} ${t("reveal.short")}`}
            value={reason}
            maxLength={300}
            onChange={(event) => setReason(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || event.shiftKey || isShort) return;
              event.preventDefault();
              void go();
            }}
          />
          {error ? <Failed error={error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {t("kit:confirm.cancel")}
            </Button>
            <Button type="submit" disabled={isShort} loading={busy}>
              {t("reveal.button")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** In the place of a person who is being erased: the receipt, as soon as it is asked for. */
export function Erased({ person }: { person: string }) {
  const { t } = useTranslation("people");
  const receipt = useQuery({
    queryKey: ["person", person, "receipt"],
    queryFn: async () =>
      take(
        await api.GET("/v1/privacy/people/{person}/receipt", { params: { path: { person } } }),
      ),
    enabled: false,
    retry: false,
  });
  return (
    <Alert variant="default" role="status" title={t("erase.begun")}>
      <Stack gap="sm" align="flex-start">
        <Text>{t("erase.begunHelp")}</Text>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={() => void receipt.refetch()}>
            {t("erase.receipt")}
          </Button>
          {receipt.data ? (
            <Button
              size="xs"
              onClick={() => {
                const text = JSON.stringify(receipt.data, null, 2);
                save(new Blob([text], { type: "application/json" }), `receipt-${person}.json`);
              }}
            >
              {t("erase.save")}
            </Button>
          ) : null}
        </Group>
        {receipt.isFetched ? (
          <Asked of={receipt}>{(told) => <Receipt of={told} />}</Asked>
        ) : null}
      </Stack>
    </Alert>
  );
}

function Receipt({ of }: { of: Record<string, unknown> }) {
  return (
    <ul>
      {Object.entries(of)
        .filter(([, value]) => value !== null && typeof value !== "object")
        .map(([name, value]) => (
          <li key={name}>
            {name}: {String(value)}
          </li>
        ))}
    </ul>
  );
}
