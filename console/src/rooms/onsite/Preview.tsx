// How it looks while it is written, drawn by the snippet itself; and the way to the shop's own page.
import { Alert, Button, Group, SegmentedControl, Switch, Text, Title } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Judged } from "./api";
import { Frame } from "./Frame";
import classes from "./onsite.module.css";
import RealPage from "./RealPage";
import type { Language, Wanted } from "./shape";

interface Props {
  wanted: Wanted;
  variant: number;
  languages: Language[];
  judged: Judged | undefined;
  mayEdit: boolean;
}

export function Preview({ wanted, variant, languages, judged, mayEdit }: Props) {
  const { t, i18n } = useTranslation("onsite");
  const [device, setDevice] = useState("desktop");
  const [asked, setAsked] = useState("");
  const [isTried, setTried] = useState(false);
  const [round, setRound] = useState(0);
  const [isOut, setOut] = useState(false);
  const language = languages.find((one) => one === asked)
    ?? languages.find((one) => one === i18n.language) ?? languages[0]; // prettier-ignore
  const piece = language ? judged?.pieces[language] : undefined;
  useEffect(() => setTried(false), [piece]);
  return (
    <section className={classes.side} aria-labelledby="onsite-preview">
      <Group justify="space-between" gap="xs" mb="xs">
        <Title order={2} fz="md" id="onsite-preview">
          {t("preview.title")}
        </Title>
        <SegmentedControl
          size="xs"
          aria-label={t("preview.width")}
          value={device}
          data={(["desktop", "phone"] as const).map((one) => ({ value: one, label: t(`device.${one}`) }))}
          onChange={setDevice}
        />
        {languages.length > 1 ? (
          <SegmentedControl
            size="xs"
            aria-label={t("preview.language")}
            value={language ?? ""}
            data={languages.map((one) => ({ value: one, label: t(`language.${one}`) }))}
            onChange={setAsked}
          />
        ) : null}
      </Group>
      {language ? (
        <Frame piece={piece} phone={device === "phone"} tried={isTried} round={round} title={t("preview.frame", { name: wanted.name })} />
      ) : (
        <Alert variant="default">{t("text.nothing")}</Alert>
      )}
      <Group justify="space-between" gap="xs" mt="xs">
        <Switch
          size="sm"
          label={t("preview.try")}
          checked={isTried}
          onChange={(event) => setTried(event.currentTarget.checked)}
        />
        <Button size="xs" variant="subtle" onClick={() => setRound(round + 1)}>
          {t("preview.again")}
        </Button>
      </Group>
      <Text size="sm" c="dimmed" mt={4}>
        {t(isTried ? "preview.saysTried" : "preview.says")}
      </Text>
      {mayEdit && language ? (
        <Button fullWidth variant="default" mt="sm" onClick={() => setOut(true)}>
          {t("real.open")}
        </Button>
      ) : null}
      {isOut && language ? (
        <RealPage
          wanted={wanted}
          variant={variant}
          language={language}
          sites={judged?.sites ?? []}
          faults={judged?.problems.length ?? 0}
          close={() => setOut(false)}
        />
      ) : null}
    </section>
  );
}
