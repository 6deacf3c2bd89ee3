// Which columns the list has, and the views somebody keeps of it.
import {
  ActionIcon, Button, Checkbox, Group, Popover, Stack, TagsInput, Text, TextInput, UnstyledButton,
} from "@mantine/core"; // prettier-ignore
import { IconBookmark, IconColumns3, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { Asked, Failed } from "~/kit";
import { viewsQuery } from "./asks";
import { asView, COLUMNS, fromView, type Shown } from "./state";

interface Props {
  shown: Shown;
  change: (part: Partial<Shown>) => void;
}

const MOST_TRAITS = 10;

export function ColumnChooser({ shown, change }: Props) {
  const { t } = useTranslation("people");
  return (
    <Popover width={280} position="bottom-end" shadow="sm" trapFocus>
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconColumns3 size={15} aria-hidden />}
          aria-haspopup="dialog"
        >
          {t("columns.button")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("columns.button")}>
        <Stack gap="sm">
          <Checkbox.Group
            label={t("columns.shown")}
            value={shown.columns}
            onChange={(columns) => change({ columns })}
          >
            <Stack gap={6} mt={6}>
              {COLUMNS.map((key) => (
                <Checkbox key={key} size="xs" value={key} label={t(`columns.${key}`)} />
              ))}
            </Stack>
          </Checkbox.Group>
          <TagsInput
            label={t("columns.traits")}
            description={t("columns.traitsHelp")}
            value={shown.traits}
            onChange={(traits) => change({ traits })}
            maxTags={MOST_TRAITS}
          />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

export function Views({ shown, change }: Props) {
  const { t } = useTranslation("people");
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState("");
  const views = useQuery({ ...viewsQuery, enabled: opened });
  const client = useQueryClient();
  const fresh = () => client.invalidateQueries({ queryKey: viewsQuery.queryKey });
  const keep = useMutation({
    mutationFn: async () => {
      const same = views.data?.find((one) => one.name === name.trim());
      const view = same?.id ?? crypto.randomUUID();
      await api.PUT("/v1/people/views/{view}", {
        params: { path: { view } },
        body: asView(shown, name.trim()),
      });
    },
    onSuccess: async () => {
      setName("");
      await fresh();
    },
  });
  const drop = useMutation({
    mutationFn: async (view: string) => {
      await api.DELETE("/v1/people/views/{view}", { params: { path: { view } } });
    },
    onSuccess: fresh,
  });
  return (
    <Popover
      width={300}
      position="bottom-end"
      shadow="sm"
      opened={opened}
      onChange={setOpened}
      trapFocus
    >
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconBookmark size={15} aria-hidden />}
          onClick={() => setOpened(!opened)}
          aria-haspopup="dialog"
        >
          {t("views.button")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("views.button")}>
        <Stack gap="sm">
          <Text fw={600} size="sm">
            {t("views.mine")}
          </Text>
          <Asked of={views} empty={<Text c="dimmed">{t("views.none")}</Text>}>
            {(all) => (
              <Stack gap={2}>
                {all.map((one) => (
                  <Group key={one.id} justify="space-between" wrap="nowrap">
                    <UnstyledButton
                      flex={1}
                      py={4}
                      onClick={() => {
                        change(fromView(one));
                        setOpened(false);
                      }}
                    >
                      <bdi>{one.name}</bdi>
                    </UnstyledButton>
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={t("views.drop", { name: one.name })}
                      onClick={() => drop.mutate(one.id)}
                    >
                      <IconTrash size={15} aria-hidden />
                    </ActionIcon>
                  </Group>
                ))}
              </Stack>
            )}
          </Asked>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (name.trim()) keep.mutate();
            }}
          >
            <Stack gap="xs">
              <TextInput
                label={t("views.save")}
                placeholder={t("views.name")}
                value={name}
                maxLength={80}
                onChange={(event) => setName(event.currentTarget.value)}
              />
              {keep.isError ? <Failed error={keep.error} /> : null}
              <Button type="submit" size="xs" loading={keep.isPending} disabled={!name.trim()}>
                {t("views.keep")}
              </Button>
            </Stack>
          </form>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
