// What is said: one message, or several that are tried; by which channels; and said again to whom.
import {
  ActionIcon, Anchor, Button, Group, MultiSelect, NumberInput, Radio, SegmentedControl, Select,
  Stack, Switch, Text, TextInput, Title,
} from "@mantine/core"; // prettier-ignore
import { IconPlus, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { messagesQuery } from "./api";
import classes from "./broadcasts.module.css";
import { numberOf, type Trial, USUAL, type Variant } from "./shape";
import type { FormProps } from "./Wizard";

const MOST_VARIANTS = 10;
const NAMES = "ABCDEFGHIJ";
const ORDER = "Order Completed";

export function What(form: FormProps) {
  const { wanted, put, wrong } = form;
  const { t } = useTranslation("broadcasts");
  const messages = useQuery(messagesQuery);
  const data = (messages.data ?? []).map((one) => ({ value: one.key, label: one.name }));
  const said = wanted.test
    ? wanted.test.variants.map((one) => one.message)
    : [wanted.message ?? ""];
  const spoken = (messages.data ?? []).filter((one) => said.includes(one.key));
  // Only what each of them has can carry all of them.
  const channels = (spoken[0]?.channels ?? []).filter((one) =>
    spoken.every((other) => other.channels.includes(one)),
  );
  const listed = [...channels, ...(wanted.channels ?? []).filter((one) => !channels.includes(one))];
  const turn = (way: string) => {
    if (way === "one") put({ test: undefined, message: wanted.test?.variants[0]?.message });
    else {
      const variants = [
        { name: "A", message: wanted.message ?? "" },
        { name: "B", message: "" },
      ];
      put({ message: undefined, test: { variants } });
    }
  };
  return (
    <Stack gap="md">
      <SegmentedControl
        className={classes.turn}
        aria-label={t("what.way")}
        value={wanted.test ? "several" : "one"}
        data={(["one", "several"] as const).map((one) => ({ value: one, label: t(`what.${one}`) }))}
        onChange={turn}
      />
      {wanted.test ? (
        <Tried {...form} trial={wanted.test} data={data} />
      ) : (
        <>
          <Select
            label={t("form.message")}
            searchable
            data={data}
            value={wanted.message ?? null}
            error={wrong("/message") ?? (wanted.message ? undefined : wrong(""))}
            onChange={(message) => put({ message: message ?? undefined, channels: undefined })}
          />
          {wanted.message ? (
            <Anchor component={Link} to={`/messages/${wanted.message}` as string} fz="sm">
              {t("what.open")}
            </Anchor>
          ) : null}
        </>
      )}
      {listed.length ? (
        <MultiSelect
          label={t("form.channels")}
          description={t("form.channelsHelp")}
          data={listed.map((one) => ({ value: one, label: t(`channel.${one as "email"}`) }))}
          value={wanted.channels ?? []}
          error={wrong("/channels")}
          onChange={(some) => put({ channels: some.length ? some : undefined })}
        />
      ) : null}
      <Again {...form} data={data} />
    </Stack>
  );
}

interface Data {
  data: { value: string; label: string }[];
}

function Tried({ trial, data, put, wrong }: FormProps & Data & { trial: Trial }) {
  const { t } = useTranslation("broadcasts");
  const set = (part: Partial<Trial>) => put({ test: { ...trial, ...part } });
  const change = (at: number, part: Partial<Variant>) =>
    set({ variants: trial.variants.map((one, here) => (here === at ? { ...one, ...part } : one)) });
  const add = () => {
    const name = [...NAMES].find((one) => !trial.variants.some((other) => other.name === one));
    if (name) set({ variants: [...trial.variants, { name, message: "" }] });
  };
  return (
    <Stack gap="sm">
      <table className={classes.variants}>
        <caption className="k-hidden">{t("what.variants")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("what.name")}</th>
            <th scope="col">{t("form.message")}</th>
            <th scope="col">{t("what.weight")}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {trial.variants.map((one, at) => (
            <tr key={at}>
              <td>
                <TextInput
                  aria-label={t("what.nameOf", { at: at + 1 })}
                  value={one.name}
                  maxLength={30}
                  error={wrong(`/test/variants/${at}/name`)}
                  onChange={(event) => change(at, { name: event.currentTarget.value })}
                />
              </td>
              <td>
                <Select
                  aria-label={t("what.messageOf", { name: one.name })}
                  placeholder={t("what.choose")}
                  searchable
                  data={data}
                  value={one.message || null}
                  error={wrong(`/test/variants/${at}/message`)}
                  onChange={(message) => change(at, { message: message ?? "" })}
                />
              </td>
              <td>
                <NumberInput
                  aria-label={t("what.weightOf", { name: one.name })}
                  hideControls
                  min={1}
                  max={1000}
                  value={one.weight ?? 1}
                  error={wrong(`/test/variants/${at}/weight`)}
                  onChange={(weight) => change(at, { weight: numberOf(weight) })}
                />
              </td>
              <td>
                {trial.variants.length > 2 ? (
                  <ActionIcon
                    variant="subtle"
                    aria-label={t("what.remove", { name: one.name })}
                    onClick={() => set({ variants: trial.variants.filter((_, here) => here !== at) })}
                  >
                    <IconX size={16} aria-hidden />
                  </ActionIcon>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {trial.variants.length < MOST_VARIANTS ? (
        <Group>
          <Button size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={add}>
            {t("what.add")}
          </Button>
        </Group>
      ) : null}
      <Rules trial={trial} set={set} wrong={wrong} />
    </Stack>
  );
}

interface RulesProps {
  trial: Trial;
  set: (part: Partial<Trial>) => void;
  wrong: FormProps["wrong"];
}

/** On how many it is tried, how long, and by what the winner is found. */
function Rules({ trial, set, wrong }: RulesProps) {
  const { t } = useTranslation("broadcasts");
  const share = trial.share_percent ?? USUAL.share_percent;
  return (
    <>
      <div className={classes.pair}>
        <NumberInput
          label={t("try.share")}
          description={t(share === 100 ? "try.shareAll" : "try.shareHelp")}
          min={1}
          max={100}
          value={share}
          error={wrong("/test/share_percent")}
          onChange={(one) => set({ share_percent: numberOf(one) })}
        />
        <NumberInput
          label={t("try.wait")}
          description={t("try.waitHelp")}
          min={0}
          max={720}
          value={trial.wait_hours ?? USUAL.wait_hours}
          error={wrong("/test/wait_hours")}
          onChange={(one) => set({ wait_hours: numberOf(one) })}
        />
        <NumberInput
          label={t("try.sure")}
          description={t("try.sureHelp")}
          min={50}
          max={99.9}
          decimalScale={1}
          value={trial.confidence_percent ?? USUAL.confidence_percent}
          error={wrong("/test/confidence_percent")}
          onChange={(one) => set({ confidence_percent: numberOf(one) })}
        />
        <NumberInput
          label={t("try.fewest")}
          description={t("try.fewestHelp")}
          min={0}
          max={100_000}
          value={trial.fewest ?? USUAL.fewest}
          error={wrong("/test/fewest")}
          onChange={(one) => set({ fewest: numberOf(one) })}
        />
      </div>
      <Radio.Group
        label={t("try.metric")}
        value={trial.metric ?? "click"}
        onChange={(one) =>
          set(one === "click" ? { metric: undefined, event: undefined } : { metric: "conversion", event: ORDER })
        }
      >
        <Group gap="md" mt={6}>
          {(["click", "conversion"] as const).map((one) => (
            <Radio key={one} value={one} label={t(`try.${one}`)} />
          ))}
        </Group>
      </Radio.Group>
      {trial.metric === "conversion" ? (
        <TextInput
          label={t("try.event")}
          value={trial.event ?? ""}
          maxLength={200}
          error={wrong("/test/event")}
          onChange={(event) => set({ event: event.currentTarget.value })}
        />
      ) : null}
      <Radio.Group
        label={t("try.unsure")}
        value={trial.unsure ?? "leader"}
        onChange={(one) => set({ unsure: one as Trial["unsure"] })}
      >
        <Group gap="md" mt={6}>
          {(["leader", "first", "split"] as const).map((one) => (
            <Radio key={one} value={one} label={t(`try.${one}`)} />
          ))}
        </Group>
      </Radio.Group>
      {wrong("/test") ? (
        <Text size="sm" role="alert" className={classes.fault}>
          {wrong("/test")}
        </Text>
      ) : null}
    </>
  );
}

/** Who got it and did not click is written to once more. */
function Again({ wanted, put, wrong, data }: FormProps & Data) {
  const { t } = useTranslation("broadcasts");
  const again = wanted.resend;
  return (
    <section aria-labelledby="broadcast-again">
      <Title order={2} fz="md" mb="xs" id="broadcast-again">
        {t("again.title")}
      </Title>
      <Switch
        label={t("again.on")}
        checked={Boolean(again)}
        onChange={(event) =>
          put({ resend: event.currentTarget.checked ? { after_hours: USUAL.after_hours } : undefined })
        }
      />
      {again ? (
        <div className={classes.pair}>
          <NumberInput
            label={t("again.after")}
            description={t("again.afterHelp")}
            min={0}
            max={720}
            value={again.after_hours}
            error={wrong("/resend/after_hours")}
            onChange={(one) => put({ resend: { ...again, after_hours: numberOf(one) ?? 0 } })}
          />
          <Select
            label={t("form.message")}
            description={t("again.messageHelp")}
            searchable
            clearable
            data={data}
            value={again.message ?? null}
            placeholder={t("again.same")}
            error={wrong("/resend/message")}
            onChange={(message) => put({ resend: { ...again, message: message ?? undefined } })}
          />
        </div>
      ) : null}
    </section>
  );
}
