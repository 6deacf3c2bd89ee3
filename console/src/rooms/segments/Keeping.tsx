// Archive, which can be taken back and says what it touches; restore what is archived.
import { Button, Modal, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useMay } from "~/api/me";
import { Asked, Confirm, useFmt } from "~/kit";
import { refresh, usesQuery, type Whole } from "./api";
import { Users } from "./History";

/** `people` are in it now, where that is known. */
export function Keeping({ saved, people }: { saved: Whole; people: number | undefined }) {
  const { t } = useTranslation("segments");
  const may = useMay("segments.manage");
  const [asking, setAsking] = useState(false);
  const close = () => setAsking(false);
  if (!may) return null;
  const active = saved.state === "active";
  const of = { params: { path: { key: saved.key } } };
  const word = t(active ? "archive.word" : "archive.restore");
  return (
    <>
      <Button size="sm" variant="default" onClick={() => setAsking(true)}>
        {word}
      </Button>
      {active ? (
        asking ? (
          <Archive saved={saved} people={people} close={close} />
        ) : null
      ) : (
        <Confirm
          opened={asking}
          close={close}
          title={word}
          touches={t("archive.restores", { name: saved.name })}
          word={word}
          act={async () => {
            await api.POST("/v1/segments/{key}/restore", of);
            await refresh();
          }}
        />
      )}
    </>
  );
}

interface Props {
  saved: Whole;
  people: number | undefined;
  close: () => void;
}

function Archive({ saved, people, close }: Props) {
  const { t } = useTranslation("segments");
  const { t: kit } = useTranslation("kit");
  const fmt = useFmt();
  const uses = useQuery({ ...usesQuery(saved.key), staleTime: 0 });
  const holding = uses.data?.filter((one) => one.holds) ?? [];
  const hearing = uses.data?.filter((one) => !one.holds) ?? [];
  if (!uses.data || holding.length) {
    return (
      <Modal
        opened
        onClose={close}
        title={t("archive.word")}
        closeButtonProps={{ "aria-label": kit("close") }}
      >
        <Asked of={uses}>
          {() => (
            <Stack gap="sm">
              <Text>{t("archive.held")}</Text>
              <Users users={holding} />
            </Stack>
          )}
        </Asked>
      </Modal>
    );
  }
  return (
    <Confirm
      opened
      close={close}
      title={t("archive.word")}
      touches={
        <Stack gap="xs">
          <Text>{t("archive.touches", { name: saved.name })}</Text>
          {people === undefined ? null : <Text>{t("archive.people", { count: people })}</Text>}
          {hearing.length ? (
            <>
              <Text>{t("archive.hears")}</Text>
              <Users users={[...hearing].sort((a, b) => fmt.compare(a.name, b.name))} />
            </>
          ) : null}
        </Stack>
      }
      word={t("archive.word")}
      act={async () => {
        await api.POST("/v1/segments/{key}/archive", { params: { path: { key: saved.key } } });
        await refresh();
      }}
    />
  );
}
