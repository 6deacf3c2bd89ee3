// What would happen: whom it reaches and whom not, what it costs. Nothing goes by looking.
import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Cost } from "./Cost";
import { Reach } from "./Reach";
import type { Wanted } from "./shape";
import { Summary } from "./Summary";

interface Props {
  broadcast: string;
  version: number;
  wanted: Wanted;
}

export default function Check({ broadcast, version, wanted }: Props) {
  const { t } = useTranslation("broadcasts");
  return (
    <Stack gap="md">
      <Summary wanted={wanted} />
      {wanted.test ? (
        <Text size="sm" c="dimmed">
          {t("reach.firstVariant")}
        </Text>
      ) : null}
      <Reach broadcast={broadcast} version={version} />
      <Cost broadcast={broadcast} version={version} />
    </Stack>
  );
}
