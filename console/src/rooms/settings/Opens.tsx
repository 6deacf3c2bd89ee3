// The name of a row, which opens its details.
import { UnstyledButton } from "@mantine/core";
import classes from "./settings.module.css";

export function Opens({ name, open }: { name: string; open: () => void }) {
  return (
    <UnstyledButton className={classes.opens} onClick={open} aria-haspopup="dialog">
      <bdi>{name}</bdi>
    </UnstyledButton>
  );
}
