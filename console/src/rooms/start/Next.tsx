// A step that is taken on another page.
import { Group, Text } from "@mantine/core";
import { IconArrowRight } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";

export function Next({ text, to, word }: { text?: string; to: string; word: string }) {
  return (
    <>
      {text ? <Text c="dimmed">{text}</Text> : null}
      <Link to={to}>
        <Group gap={4} component="span" display="inline-flex">
          {word}
          <IconArrowRight size={15} aria-hidden />
        </Group>
      </Link>
    </>
  );
}
