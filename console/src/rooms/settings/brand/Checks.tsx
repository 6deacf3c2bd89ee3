// What is looked at in every message, and how much each finding weighs.
import { NativeSelect, SimpleGrid, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Asked, useFmt } from "~/kit";
import classes from "../settings.module.css";
import { checksQuery } from "./api";

const WEIGHTS = ["error", "warning", "off"] as const;
type Weight = (typeof WEIGHTS)[number];

interface Props {
  checks: Record<string, string>;
  change: (checks: Record<string, string>) => void;
}

export function Checks({ checks, change }: Props) {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  const known = useQuery(checksQuery);
  const changed = Object.keys(checks).length;
  const words: Record<string, string> = t("guide.check", { returnObjects: true });
  return (
    <details className={classes.voice}>
      <summary>
        {t("guide.checks")}
        {changed ? ` (${t("guide.changed", { count: changed })})` : ""}
      </summary>
      <Text c="dimmed" size="sm" mb={6}>
        {t("guide.checksHelp")}
      </Text>
      <Asked of={known} isEmpty={() => false}>
        {(usual) => (
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
            {Object.keys(usual)
              .map((name): [string, string] => [name, words[name] ?? name])
              .sort(([, one], [, other]) => fmt.compare(one, other))
              .map(([name, word]) => (
                <NativeSelect
                  key={name}
                  label={word}
                  value={checks[name] ?? ""}
                  onChange={(event) => {
                    const { [name]: _, ...rest } = checks;
                    const said = event.currentTarget.value;
                    change(said ? { ...rest, [name]: said } : rest);
                  }}
                  data={[
                    {
                      value: "",
                      label: t("guide.asUsual", { weight: t(`guide.weight.${usual[name] as Weight}`) }),
                    },
                    ...WEIGHTS.map((value) => ({ value, label: t(`guide.weight.${value}`) })),
                  ]}
                />
              ))}
          </SimpleGrid>
        )}
      </Asked>
    </details>
  );
}
