// The last step: what goes to how many and when, once more in one place, and the start.
import { Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { Asked, Confirm, useFmt } from "~/kit";
import { headcountQuery, reachedOf, start } from "./api";
import { span } from "./span";
import type { Wanted } from "./shape";
import { Summary, useWhen } from "./Summary";

interface Props {
  broadcast: string;
  version: number;
  wanted: Wanted;
}

export default function Begin({ broadcast, version, wanted }: Props) {
  const { t } = useTranslation("broadcasts");
  const fmt = useFmt();
  const may = useMay("journeys.approve");
  const when = useWhen(wanted);
  const found = useQuery(headcountQuery(broadcast, version));
  const [asking, setAsking] = useState(false);
  return (
    <Stack gap="md">
      <Summary wanted={wanted} />
      <Asked of={found}>
        {(told) => {
          const { reached, most, uncounted } = reachedOf(told);
          const people = fmt.number(told.count);
          const names = uncounted.map((one) => t(`channel.${one as "email"}`));
          const says = [
            reached === null
              ? t("begin.saysOnly", { people, when })
              : t("begin.says", { people, reached: span(fmt, reached, most), when }),
            names.length ? t("reach.unknown", { channels: fmt.list(names) }) : "",
          ].join(" ");
          return (
            <>
              <Text>{says}</Text>
              {may ? (
                <Group>
                  <Button onClick={() => setAsking(true)}>{t("begin.go")}</Button>
                </Group>
              ) : (
                <Text c="dimmed">{t("begin.noRight")}</Text>
              )}
              <Confirm
                opened={asking}
                close={() => setAsking(false)}
                title={t("deed.start")}
                touches={
                  <Stack gap="xs">
                    <Text>{says}</Text>
                    <Text>{t("deed.startSays", { name: wanted.name })}</Text>
                  </Stack>
                }
                type={wanted.name}
                word={t("deed.start")}
                act={() => start(broadcast)}
              />
            </>
          );
        }}
      </Asked>
    </Stack>
  );
}
