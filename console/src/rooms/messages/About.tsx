// What a message is about besides its texts: its name, what it is to bring about, its links.
import { Input, NativeSelect, SegmentedControl, Stack, TagsInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { SideSheet } from "~/kit";
import { topicsQuery } from "./api";
import { type Definition, type Language, LANGUAGES } from "./shape";

const MOST = 200;
const UTM = ["utm_source", "utm_medium", "utm_campaign"] as const;

interface Props {
  definition: Definition;
  close: () => void;
  change?: (next: Definition) => void;
}

export default function About({ definition, close, change }: Props) {
  const { t, i18n } = useTranslation("messages");
  const mayTopics = useMay("consent.read");
  const topics = useQuery({ ...topicsQuery, enabled: mayTopics });
  const put = (part: Partial<Definition>) => change?.({ ...definition, ...part });
  const tag = (name: string) => name.replace("utm_", "");
  const off = !change;
  return (
    <SideSheet opened close={close} title={t("about.title")}>
      <Stack gap="md">
        <TextInput
          data-autofocus
          label={t("begin.name")}
          description={t("begin.key", { key: definition.key })}
          value={definition.name}
          maxLength={MOST}
          readOnly={off}
          onChange={(event) => put({ name: event.currentTarget.value })}
        />
        <TextInput
          label={t("about.intent")}
          description={t("about.intentHelp")}
          value={definition.intent ?? ""}
          maxLength={MOST}
          readOnly={off}
          onChange={(event) => put({ intent: event.currentTarget.value })}
        />
        <Input.Wrapper label={t("about.purpose")} description={t("about.purposeHelp")} labelElement="div">
          <SegmentedControl
            mt={4}
            aria-label={t("about.purpose")}
            disabled={off}
            value={definition.purpose ?? "marketing"}
            data={(["marketing", "transactional"] as const).map((one) => ({
              value: one,
              label: t(`purpose.${one}`),
            }))}
            onChange={(one) => put({ purpose: one as "marketing" })}
          />
        </Input.Wrapper>
        <NativeSelect
          label={t("about.language")}
          description={t("begin.languageHelp")}
          disabled={off}
          value={definition.language ?? ""}
          data={[
            { value: "", label: t("about.languageNone") },
            ...LANGUAGES.map((one) => ({ value: one as string, label: t(`language.${one}`) })),
          ]}
          onChange={(event) => put({ language: event.currentTarget.value as Language })}
        />
        {topics.data?.length ? (
          <NativeSelect
            label={t("about.topic")}
            description={t("about.topicHelp")}
            disabled={off}
            value={definition.topic ?? ""}
            data={[
              { value: "", label: t("about.topicNone") },
              ...topics.data.map((one) => ({
                value: one.key,
                label: one.names[i18n.language] ?? one.key,
              })),
            ]}
            onChange={(event) => put({ topic: event.currentTarget.value })}
          />
        ) : null}
        <TagsInput
          label={t("about.hosts")}
          description={t("about.hostsHelp")}
          readOnly={off}
          value={definition.link_hosts ?? []}
          onChange={(hosts) => put({ link_hosts: hosts })}
        />
        {UTM.map((one) => (
          <TextInput
            key={one}
            label={t(`about.${one}`)}
            description={one === UTM[0] ? t("about.utmHelp") : undefined}
            readOnly={off}
            value={definition.utm?.[tag(one)] ?? ""}
            onChange={(event) => {
              const utm = { ...definition.utm, [tag(one)]: event.currentTarget.value };
              put({ utm: Object.fromEntries(Object.entries(utm).filter(([, text]) => text)) });
            }}
          />
        ))}
      </Stack>
    </SideSheet>
  );
}
