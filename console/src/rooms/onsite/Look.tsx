// Its colours and corners: chosen freely, or from the brand's own.
import { Group, NumberInput, Stack, Text, TextInput, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { coloursQuery } from "./api";
import type { FormProps } from "./Editor";
import classes from "./onsite.module.css";
import { type Colour, COLOURS, numberOf, USUAL } from "./shape";

export function Look({ wanted, put, wrong, doubtful }: FormProps) {
  const { t } = useTranslation("onsite");
  const brand = useQuery({ ...coloursQuery, retry: false });
  const look = wanted.look ?? {};
  const set = (name: Colour, colour: string) => put({ look: { ...look, [name]: colour.toLowerCase() } });
  const swatches = Object.entries(brand.data ?? {}).map(([role, colour]) => [role, long(colour)] as const);
  return (
    <Stack gap="md">
      {COLOURS.map((one) => (
        <div key={one}>
          <TextInput
            type="color"
            className={classes.colour}
            label={t(`colour.${one}`)}
            description={t(`colourSays.${one}`)}
            value={look[one] ?? USUAL[one]}
            error={wrong(`/look/${one}`)}
            onChange={(event) => set(one, event.currentTarget.value)}
          />
          {swatches.length ? (
            <Group gap={6} mt={6} role="group" aria-label={t("look.brandFor", { colour: t(`colour.${one}`) })}>
              {swatches.map(([role, colour]) => (
                <UnstyledButton
                  key={role}
                  className={classes.swatch}
                  aria-pressed={(look[one] ?? USUAL[one]) === colour}
                  onClick={() => set(one, colour)}
                >
                  <span style={{ background: colour }} aria-hidden />
                  {role}
                </UnstyledButton>
              ))}
            </Group>
          ) : null}
          {doubtful(`/look/${one}`) ? (
            <Text size="sm" mt={4} className={classes.doubt} role="status">
              {doubtful(`/look/${one}`)}
            </Text>
          ) : null}
        </div>
      ))}
      <NumberInput
        className={classes.short}
        label={t("look.radius")}
        min={0}
        max={32}
        allowDecimal={false}
        value={look.radius ?? USUAL.radius}
        error={wrong("/look/radius")}
        onChange={(radius) => put({ look: { ...look, radius: numberOf(radius) } })}
      />
      {brand.data && !swatches.length ? (
        <Text size="sm" c="dimmed">
          {t("look.noBrand")}
        </Text>
      ) : null}
    </Stack>
  );
}

/** #abc as #aabbcc, which is what a campaign holds. */
function long(colour: string): string {
  const whole = colour.length === 4 ? `#${[...colour.slice(1)].map((one) => one + one).join("")}` : colour;
  return whole.toLowerCase();
}
