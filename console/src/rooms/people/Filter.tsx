// The filter of the list: a segment, an RFM group, a channel; each part narrows the one before.
import { Button, Popover, Select, Stack } from "@mantine/core";
import { IconFilter } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import groups from "~/say/en/people.json";
import { segmentsQuery } from "./asks";
import { filterSize, type Shown } from "./state";
import { useWord } from "./words";

const GROUPS = Object.keys(groups.group);
const CHANNELS = ["email", "sms", "whatsapp", "push", "call"];

interface Props {
  shown: Shown;
  change: (part: Partial<Shown>) => void;
}

export function Filter({ shown, change }: Props) {
  const { t } = useTranslation("people");
  const word = useWord();
  const may = useMay("segments.read");
  const segments = useQuery({ ...segmentsQuery, enabled: may });
  const size = filterSize(shown);
  const known = (segments.data ?? [])
    .filter((one) => one.state === "active")
    .map((one) => ({ value: one.key, label: one.name || one.key }));
  return (
    <Popover width={300} position="bottom-start" shadow="sm" trapFocus withinPortal>
      <Popover.Target>
        <Button
          variant="default"
          size="sm"
          leftSection={<IconFilter size={15} aria-hidden />}
          aria-haspopup="dialog"
        >
          {size ? t("filter.on", { count: size }) : t("filter.button")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("filter.button")}>
        <Stack gap="xs">
          {may ? (
            <Select
              label={t("filter.segment")}
              placeholder={t("filter.any")}
              data={known}
              value={shown.segment || null}
              onChange={(value) => change({ segment: value ?? "" })}
              searchable
              clearable
              comboboxProps={{ withinPortal: false }}
              clearButtonProps={{ "aria-label": t("filter.reset") }}
            />
          ) : null}
          <Select
            label={t("filter.group")}
            placeholder={t("filter.any")}
            data={GROUPS.map((one) => ({ value: one, label: word("group", one) }))}
            value={shown.group || null}
            onChange={(value) => change({ group: value ?? "" })}
            clearable
            comboboxProps={{ withinPortal: false }}
            clearButtonProps={{ "aria-label": t("filter.reset") }}
          />
          <Select
            label={t("filter.reach")}
            placeholder={t("filter.any")}
            data={CHANNELS.map((one) => ({ value: one, label: word("channel", one) }))}
            value={shown.reach || null}
            onChange={(value) => change({ reach: value ?? "" })}
            clearable
            comboboxProps={{ withinPortal: false }}
            clearButtonProps={{ "aria-label": t("filter.reset") }}
          />
          <Button
            variant="subtle"
            size="xs"
            disabled={!size}
            onClick={() => change({ segment: "", group: "", reach: "" })}
          >
            {t("filter.reset")}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
