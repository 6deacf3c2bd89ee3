// The colours of a brand by what they are for.
import { Button, Group, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "../settings.module.css";

interface Props {
  colours: Record<string, string>;
  change: (colours: Record<string, string>) => void;
}

export function Colours({ colours, change }: Props) {
  const { t } = useTranslation("settings");
  const rows = Object.entries(colours);
  const put = (at: number, role: string, colour: string) =>
    change(Object.fromEntries(rows.map((row, i) => (i === at ? [role, colour] : row))));
  return (
    <section aria-label={t("guide.colours")} className={classes.voice}>
      <Text fw={550}>{t("guide.colours")}</Text>
      {rows.map(([role, colour], at) => (
        <Group key={at} gap="sm" align="flex-end" mb={6}>
          <TextInput
            label={t("guide.role")}
            value={role}
            onChange={(event) => put(at, event.currentTarget.value, colour)}
            required
            maxLength={200}
          />
          <TextInput
            type="color"
            label={t("guide.colour")}
            value={long(colour)}
            onChange={(event) => put(at, role, event.currentTarget.value)}
            w={90}
          />
          <Button
            variant="default"
            aria-label={t("rules.removeOne", { name: role })}
            onClick={() => change(Object.fromEntries(rows.filter((_, i) => i !== at)))}
          >
            {t("rules.remove")}
          </Button>
        </Group>
      ))}
      <Button
        size="xs"
        variant="default"
        disabled={"" in colours}
        onClick={() => change({ ...colours, "": "#1c1c1c" })}
      >
        {t("guide.addColour")}
      </Button>
    </section>
  );
}

/** #abc as #aabbcc, which is all a browser's own chooser knows. */
function long(colour: string): string {
  return colour.length === 4 ? `#${[...colour.slice(1)].map((one) => one + one).join("")}` : colour;
}
