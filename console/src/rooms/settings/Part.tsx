// One part of a tab that has several: its title, what it is about, and what can be added to it.
import { Group, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./settings.module.css";

interface Props {
  title: string;
  help?: string;
  action?: ReactNode;
  children: ReactNode;
}

export function Part({ title, help, action, children }: Props) {
  return (
    <div className={classes.part}>
      <Group justify="space-between" gap="sm" mb="xs">
        <Title order={2} fz="lg">
          {title}
        </Title>
        {action}
      </Group>
      {help ? (
        <Text c="dimmed" maw={760} mb="sm">
          {help}
        </Text>
      ) : null}
      {children}
    </div>
  );
}
