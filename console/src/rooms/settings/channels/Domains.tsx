// The domains mail leaves from: their SPF, DKIM and DMARC records, as the name servers say them.
import { Button, Code, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import type { components } from "~/api/schema";
import { Asked } from "~/kit";
import classes from "../settings.module.css";
import { State } from "../State";

type Domain = components["schemas"]["Domain"];

export function Domains() {
  const { t } = useTranslation("settings");
  const known = useQuery({
    queryKey: ["mail-domains"],
    queryFn: async () => take(await api.GET("/v1/mail/domains")),
    staleTime: 60_000,
  });
  return (
    <section aria-label={t("domains.title")} className={classes.part}>
      <Group justify="space-between" mb="xs">
        <Title order={2} fz="lg">
          {t("domains.title")}
        </Title>
        <Button
          size="xs"
          variant="default"
          loading={known.isFetching && !known.isPending}
          onClick={() => void known.refetch()}
        >
          {t("domains.again")}
        </Button>
      </Group>
      <Asked of={known} empty={<Text c="dimmed">{t("domains.none")}</Text>}>
        {(all) => (
          <Stack gap="lg">
            {all.map((one) => (
              <Records key={`${one.domain} ${one.account}`} domain={one} />
            ))}
          </Stack>
        )}
      </Asked>
    </section>
  );
}

function Records({ domain }: { domain: Domain }) {
  const { t } = useTranslation("settings");
  const by = domain.account || t("domains.configured");
  return (
    <div>
      <Title order={3} fz="md" mb={4}>
        {t("domains.of", { domain: domain.domain, by })}
      </Title>
      <ul className={classes.list}>
        {domain.records.map((one) => (
          <li key={one.kind} className={classes.record}>
            <Group gap="sm">
              <Text component="span" fw={550} w={64}>
                {one.kind.toUpperCase()}
              </Text>
              <State mood={MOODS[one.state]} word={t(`domains.states.${one.state}`)} />
            </Group>
            <Text>{one.said}</Text>
            {one.state === "good" || !one.wanted ? null : (
              <Line label={t("domains.wanted", { name: one.name })} text={one.wanted} />
            )}
            {one.found.map((text) => (
              <Line key={text} label={t("domains.found", { name: one.name })} text={text} />
            ))}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Line({ label, text }: { label: string; text: string }) {
  return (
    <div>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Code block tabIndex={0} aria-label={label}>
        {text}
      </Code>
    </div>
  );
}

const MOODS = {
  good: "good",
  missing: "bad",
  wrong: "bad",
  unanswered: "quiet",
  unknown: "quiet",
} as const;
