// Numbers that the checks go by; what stands empty is the usual one.
import { NumberInput, SimpleGrid, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFmt } from "~/kit";
import classes from "../settings.module.css";

const LIMITS = {
  html_kb: { usual: 102, min: 1, max: 500 },
  subject_chars: { usual: 60, min: 10, max: 400 },
  sms_parts: { usual: 3, min: 1, max: 10 },
  emoji: { usual: 3, min: 0, max: 50 },
  contrast: { usual: 4.5, min: 1, max: 21 },
} as const;
type Limit = keyof typeof LIMITS;

interface Props {
  limits: Record<string, number>;
  change: (limits: Record<string, number>) => void;
}

export function Limits({ limits, change }: Props) {
  const { t } = useTranslation("settings");
  const fmt = useFmt();
  return (
    <section aria-label={t("guide.limits")} className={classes.voice}>
      <Text fw={550}>{t("guide.limits")}</Text>
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
        {(Object.keys(LIMITS) as Limit[]).map((name) => {
          const { usual, min, max } = LIMITS[name];
          const digits = name === "contrast" ? 1 : 0;
          return (
            <NumberInput
              key={name}
              label={t(`guide.limit.${name}`)}
              description={t("guide.usual", { usual: fmt.number(usual, digits) })}
              value={limits[name] ?? ""}
              min={min}
              max={max}
              allowDecimal={digits > 0}
              hideControls
              onChange={(value) => {
                const { [name]: _, ...rest } = limits;
                change(value === "" ? rest : { ...rest, [name]: Number(value) });
              }}
            />
          );
        })}
      </SimpleGrid>
    </section>
  );
}
