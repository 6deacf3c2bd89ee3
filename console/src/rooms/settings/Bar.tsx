// Above a list: what it is about, in a sentence, and what can be added to it.
import { Group, Text } from "@mantine/core";
import type { ReactNode } from "react";

export function Bar({ about, children }: { about: string; children?: ReactNode }) {
  return (
    <Group justify="space-between" align="center" gap="sm" mb="sm">
      <Text c="dimmed" maw={760}>
        {about}
      </Text>
      {children}
    </Group>
  );
}
