// The frame of a page: its title, what can be done on it, and its content.
import { Box, Group, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import classes from "./Page.module.css";

interface Props {
  title: ReactNode;
  /** The title where `title` is more than words: what the tab is called. */
  called?: string;
  actions?: ReactNode;
  /** Under the title: a sentence, tabs. */
  below?: ReactNode;
  /** As wide as the window: canvases and editors. */
  full?: boolean;
  children: ReactNode;
}

export function Page({ title, called, actions, below, full, children }: Props) {
  const name = called ?? (typeof title === "string" ? title : "");
  useEffect(() => {
    document.title = name ? `${name} · Kervan` : "Kervan";
  }, [name]);
  return (
    <Box className={full ? classes.full : classes.page}>
      <Group justify="space-between" gap="sm" mb="md" wrap="wrap">
        <Title order={1} className={classes.title} tabIndex={-1}>
          {title}
        </Title>
        {actions ? <Group gap="xs">{actions}</Group> : null}
      </Group>
      {below ? <Box mb="md">{below}</Box> : null}
      {children}
    </Box>
  );
}
