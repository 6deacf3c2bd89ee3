// What people asked of their data: what is open and until when, and what was done.
import { Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Asked, type Column, DataTable, SideSheet, useFmt } from "~/kit";
import { Opens } from "../Opens";
import { Part } from "../Part";
import { State } from "../State";
import { type Asked as Request, requestsQuery } from "./api";
import { NewRequest } from "./NewRequest";
import { RequestSheet } from "./RequestSheet";

const NEW = "new";

export function Requests() {
  const { t } = useTranslation("settings");
  const known = useQuery(requestsQuery);
  const [open, setOpen] = useState<string>();
  const columns = useColumns(setOpen);
  const shown = known.data?.find((one) => one.id === open);
  const kinds = useKinds();
  return (
    <Part
      title={t("consent.requests")}
      help={t("consent.requestsHelp")}
      action={
        <Button size="sm" variant="default" onClick={() => setOpen(NEW)}>
          {t("consent.newRequest")}
        </Button>
      }
    >
      <Asked of={known} empty={<Text c="dimmed">{t("consent.noRequests")}</Text>}>
        {(rows) => (
          <DataTable
            label={t("consent.requests")}
            rows={rows}
            columns={columns}
            rowKey={(one) => one.id}
          />
        )}
      </Asked>
      <SideSheet
        opened={shown !== undefined || open === NEW}
        close={() => setOpen(undefined)}
        title={shown ? kinds(shown.kind) : t("consent.newRequest")}
      >
        {open === NEW ? <NewRequest made={setOpen} /> : null}
        {shown ? <RequestSheet key={shown.id} request={shown} /> : null}
      </SideSheet>
    </Part>
  );
}

function useKinds(): (kind: string) => string {
  const { t } = useTranslation("settings");
  return useMemo(() => {
    const kinds: Record<string, string> = t("consent.requestKinds", { returnObjects: true });
    return (kind) => kinds[kind] ?? kind;
  }, [t]);
}

export type Standing = "open" | "near" | "late" | "done" | "refused";

export function standing(one: Request): Standing {
  if (one.state !== "open") return one.state as "done" | "refused";
  return one.is_late ? "late" : one.is_near ? "near" : "open";
}

export const MOODS = { open: "quiet", near: "bad", late: "bad", done: "good", refused: "quiet" } as const;

function useColumns(open: (id: string) => void): Column<Request>[] {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  const kinds = useKinds();
  return useMemo(() => {
    const hows: Record<string, string> = t("consent.hows", { returnObjects: true });
    return [
      {
        key: "kind",
        head: t("consent.request"),
        cell: (one) => <Opens name={kinds(one.kind)} open={() => open(one.id)} />,
        sortBy: (one) => kinds(one.kind),
      },
      {
        key: "state",
        head: t("state"),
        cell: (one) => (
          <State mood={MOODS[standing(one)]} word={t(`consent.requestStates.${standing(one)}`)} />
        ),
      },
      {
        key: "due",
        head: t("consent.answerBy"),
        cell: (one) =>
          one.closed_at
            ? t("consent.closed", { at: fmt.date(one.closed_at) })
            : fmt.date(Date.parse(one.due_at) - 1),
        sortBy: (one) => one.due_at,
      },
      {
        key: "received",
        head: t("consent.received"),
        cell: (one) => fmt.dateTime(one.received_at),
        sortBy: (one) => one.received_at,
        wide: true,
      },
      {
        key: "person",
        head: t("consent.person"),
        cell: (one) => <Link to={`/people/${one.person}`}>{t("consent.openPerson")}</Link>,
        wide: true,
      },
      {
        key: "how",
        head: t("consent.how"),
        cell: (one) => hows[one.channel] ?? one.channel,
        wide: true,
      },
    ];
  }, [t, fmt, kinds, open]);
}
