// Dead letters: what arrived and could not be understood, why, and the way to send it again.
import { Button, Group, Text, Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Asked, type Column, Confirm, DataTable, useFmt } from "~/kit";
import classes from "../settings.module.css";
import { type Letter, lettersQuery, resend } from "./api";

export function Letters() {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  const queries = useQueryClient();
  const known = useQuery(lettersQuery);
  const [going, setGoing] = useState<number[]>([]);
  const again = useCallback((one: Letter) => setGoing([one.id]), []);
  const columns = useColumns(again);
  return (
    <div className={classes.part}>
      <Title order={2} fz="lg" mb="xs">
        {t("letters.title")}
      </Title>
      <Asked of={known} isEmpty={(found) => !found.letters.length} empty={<None />}>
        {(found) => {
          const all = Object.values(found.waiting).reduce((sum, one) => sum + one, 0);
          const waiting = found.letters.filter((one) => !one.resent_at).map((one) => one.id);
          return (
            <>
              <Group justify="space-between" gap="sm" mb="sm">
                <Text c="dimmed" maw={640}>
                  {t("letters.help")}{" "}
                  {all > waiting.length
                    ? t("letters.newest", { all: fmt.number(all), shown: fmt.number(waiting.length) })
                    : null}
                </Text>
                {waiting.length ? (
                  <Button size="sm" variant="default" onClick={() => setGoing(waiting)}>
                    {t("letters.resendAll", { count: waiting.length })}
                  </Button>
                ) : null}
              </Group>
              <DataTable
                label={t("letters.title")}
                rows={found.letters}
                columns={columns}
                rowKey={(one) => String(one.id)}
              />
            </>
          );
        }}
      </Asked>
      <Confirm
        opened={going.length > 0}
        close={() => setGoing([])}
        title={t("letters.resend")}
        touches={t("letters.resendTouches", { count: going.length })}
        word={t("letters.resend")}
        act={async () => {
          await resend(going);
          await queries.invalidateQueries({ queryKey: ["dead-letters"] });
        }}
      />
    </div>
  );
}

function None() {
  const { t } = useTranslation("settings");
  return <Text c="dimmed">{t("letters.none")}</Text>;
}

function useColumns(again: (one: Letter) => void): Column<Letter>[] {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  return useMemo(
    () => [
      { key: "at", head: t("letters.at"), cell: (one) => fmt.dateTime(one.received_at) },
      { key: "source", head: t("letters.source"), cell: (one) => <bdi>{one.source}</bdi>, wide: true },
      { key: "why", head: t("letters.why"), cell: (one) => one.explanation },
      {
        key: "raw",
        head: t("letters.raw"),
        cell: (one) => (
          <bdi className={classes.raw} title={one.raw}>
            {one.raw}
          </bdi>
        ),
        wide: true,
      },
      {
        key: "state",
        head: t("state"),
        cell: (one) =>
          one.resent_at ? (
            t("letters.again")
          ) : (
            <Button
              size="xs"
              variant="default"
              aria-label={t("letters.resendOne", { at: fmt.dateTime(one.received_at) })}
              onClick={() => again(one)}
            >
              {t("letters.resend")}
            </Button>
          ),
      },
    ],
    [t, fmt, again],
  );
}
