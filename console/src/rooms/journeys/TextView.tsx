// The same journey as its text, with what is wrong beside it.
import { Stack, Text, Textarea, UnstyledButton } from "@mantine/core";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Drawn } from "./api";
import classes from "./journeys.module.css";

interface Props {
  text: string;
  problems: Drawn["problems"];
  change?: (text: string) => void;
}

export function TextView({ text, problems, change }: Props) {
  const { t } = useTranslation("journeys");
  const area = useRef<HTMLTextAreaElement>(null);
  const show = (line: number, column: number) => {
    const before = text.split("\n").slice(0, line - 1).join("\n");
    const at = before.length + (line > 1 ? 1 : 0) + column - 1;
    area.current?.focus();
    area.current?.setSelectionRange(at, at);
    area.current?.scrollTo({ top: Math.max(0, (line - 6) * 20) });
  };
  return (
    <div className={classes.split}>
      <Textarea
        ref={area}
        aria-label={t("text.label")}
        classNames={{ input: classes.text }}
        rows={32}
        spellCheck={false}
        wrap="off"
        readOnly={!change}
        value={text}
        onChange={(event) => change?.(event.currentTarget.value)}
      />
      <Stack gap={6} role="status" aria-label={t("text.problems")}>
        {problems.length ? (
          problems.map((one) => (
            <UnstyledButton
              key={`${one.line}.${one.column}.${one.code}`}
              className={classes.fault}
              onClick={() => show(one.line, one.column)}
            >
              {one.says}
            </UnstyledButton>
          ))
        ) : (
          <Text c="dimmed">{t("text.fine")}</Text>
        )}
      </Stack>
    </div>
  );
}
