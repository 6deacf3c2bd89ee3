// The palette: goes to pages, finds people, journeys, segments and messages, by keyboard alone.
import { Modal, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Frame.module.css";
import { type Found, useFound } from "./find";

const WAIT_MS = 120;

export default function Palette({ close }: { close: () => void }) {
  const { t } = useTranslation("shell");
  const [typed, setTyped] = useState("");
  const [asked] = useDebouncedValue(typed, WAIT_MS);
  const [at, setAt] = useState(0);
  const list = useId();
  const navigate = useNavigate();
  const { groups, quiet } = useFound(typed, asked);
  const flat = groups.flatMap((group) => group.found);
  const here = Math.min(at, flat.length - 1);
  useEffect(() => setAt(0), [typed]);
  useEffect(() => {
    document.getElementById(`${list}-${here}`)?.scrollIntoView({ block: "nearest" });
  }, [here, list]);
  const go = (found: Found | undefined) => {
    if (!found) return;
    close();
    void navigate({ to: found.to });
  };
  const press = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step && flat.length) {
      event.preventDefault();
      setAt((here + step + flat.length) % flat.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      go(flat[here]);
    }
  };
  return (
    <Modal
      opened
      onClose={close}
      title={t("palette.title")}
      size="lg"
      yOffset="10dvh"
      closeButtonProps={{ "aria-label": t("keys.close") }}
    >
      <TextInput
        data-autofocus
        role="combobox"
        aria-expanded
        aria-controls={list}
        aria-activedescendant={flat.length ? `${list}-${here}` : undefined}
        aria-label={t("palette.title")}
        placeholder={t("palette.placeholder")}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={typed}
        maxLength={200}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={press}
        autoComplete="off"
        spellCheck={false}
      />
      <div id={list} role="listbox" aria-label={t("palette.title")} className={classes.found}>
        {groups.map((group) => (
          <Group key={group.name} name={group.name}>
            {group.found.map((found) => {
              const index = flat.indexOf(found);
              return (
                <div
                  key={found.to}
                  id={`${list}-${index}`}
                  role="option"
                  aria-selected={index === here}
                  className={classes.option}
                  onClick={() => go(found)}
                >
                  <bdi>{found.name}</bdi>
                  {found.note ? <small>{found.note}</small> : null}
                </div>
              );
            })}
          </Group>
        ))}
      </div>
      <Text size="sm" c="dimmed" role="status" mt="xs">
        {flat.length
          ? t("palette.count", { count: flat.length })
          : quiet
            ? t("palette.nothing", { typed })
            : null}
      </Text>
    </Modal>
  );
}

function Group({ name, children }: { name: string; children: ReactNode }) {
  const label = useId();
  return (
    <div role="group" aria-labelledby={label}>
      <div id={label} className={classes.group}>
        {name}
      </div>
      {children}
    </div>
  );
}
