// A secret that is shown this once, ready to be copied.
import { Alert, Button, Code, CopyButton, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function Once({ says, value }: { says: string; value: string }) {
  const { t } = useTranslation("settings");
  return (
    <Alert role="status" variant="default">
      <Stack gap="xs" align="flex-start">
        <Text fw={550}>{says}</Text>
        <Code block tabIndex={0} aria-label={t("once.label")} w="100%">
          {value}
        </Code>
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" onClick={copy}>
              {t(copied ? "once.copied" : "once.copy")}
            </Button>
          )}
        </CopyButton>
      </Stack>
    </Alert>
  );
}
