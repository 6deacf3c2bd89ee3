// The code that sends events, with the key in it, ready to be copied.
import { Code as Block, CopyButton, Button, SegmentedControl, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "~/api/client";
import { useMe } from "~/api/me";

interface Props {
  writeKey: string;
  kind: string;
}

export function Code({ writeKey, kind }: Props) {
  const { t } = useTranslation("start");
  const { address } = useMe();
  const mayTag = useMe().rights.includes("journeys.read") && kind === "browser";
  const tag = useQuery({
    queryKey: ["snippet", writeKey],
    queryFn: async () =>
      take(await api.GET("/v1/onsite/snippet", { params: { query: { key: writeKey } } })),
    enabled: mayTag,
    staleTime: Infinity,
  });
  const texts: Record<string, string> = {
    ...(tag.data ? { snippet: tag.data.pinned } : {}),
    node: [
      'import { Analytics } from "@segment/analytics-node";',
      `const analytics = new Analytics({ writeKey: "${writeKey}", host: "${address}" });`,
      'analytics.track({ userId: "42", event: "Order Completed" });',
    ].join("\n"),
    python: [
      "import segment.analytics as analytics",
      `analytics.write_key, analytics.host = "${writeKey}", "${address}"`,
      'analytics.track("42", "Order Completed")',
    ].join("\n"),
    curl: [
      `curl -u ${writeKey}: -H 'content-type: application/json' \\`,
      `  -d '{"userId": "42", "event": "Order Completed"}' ${address}/v1/track`,
    ].join("\n"),
  };
  const [chosen, choose] = useState("");
  const shown = texts[chosen] ? chosen : (Object.keys(texts)[0] ?? "curl");
  const text = texts[shown] ?? "";
  const labels: Record<string, string> = {
    snippet: t("code.snippet"),
    node: "Node.js",
    python: "Python",
    curl: "curl",
  };
  return (
    <Stack gap="xs">
      <SegmentedControl
        size="xs"
        aria-label={t("code.label")}
        value={shown}
        onChange={choose}
        data={Object.keys(texts).map((value) => ({ value, label: labels[value] ?? value }))}
      />
      <Block block tabIndex={0} aria-label={labels[shown]}>
        {text}
      </Block>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button size="xs" variant="default" onClick={copy} style={{ alignSelf: "flex-start" }}>
            {copied ? t("code.copied") : t("code.copy")}
          </Button>
        )}
      </CopyButton>
    </Stack>
  );
}
