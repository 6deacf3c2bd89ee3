// What would happen: whom it reaches and whom not, what it costs. Nothing goes by looking.
import { Stack } from "@mantine/core";
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
  return (
    <Stack gap="md">
      <Summary wanted={wanted} />
      <Reach broadcast={broadcast} version={version} />
      <Cost broadcast={broadcast} version={version} />
    </Stack>
  );
}
