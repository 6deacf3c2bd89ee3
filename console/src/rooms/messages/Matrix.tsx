// Channels by languages: what is written, what is missing, what is wrong; each leads to its text.
import { ActionIcon, Button, Menu, UnstyledButton } from "@mantine/core";
import { IconAlertCircle, IconCheck, IconPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/kit";
import { ChannelIcon, useChannelName } from "./channels";
import type { Place } from "./Editor";
import classes from "./messages.module.css";
import {
  blank, type Channel, CHANNELS, channelsOf, type Definition, type Finding, findingsIn, type Language,
  LANGUAGES, withVariant,
} from "./shape"; // prettier-ignore

interface Props {
  definition: Definition;
  findings: Finding[];
  place: Place | null;
  choose: (place: Place) => void;
  change?: (next: Definition) => void;
}

export function Matrix({ definition, findings, place, choose, change }: Props) {
  const { t } = useTranslation("messages");
  const channelName = useChannelName();
  const [leaving, setLeaving] = useState<Channel | null>(null);
  const channels = channelsOf(definition.variants);
  const more = CHANNELS.filter((one) => !channels.includes(one));
  const add = (channel: Channel) => {
    const language = place?.language ?? (definition.language || "tr");
    change?.(withVariant(definition, channel, language, blank(channel)));
    choose({ channel, language });
  };
  const remove = async (channel: Channel) => {
    const variants = { ...definition.variants };
    delete variants[channel];
    change?.({ ...definition, variants });
  };
  return (
    <div className={`k-card ${classes.matrix}`}>
      <table>
        <caption className="k-hidden">{t("matrix.label")}</caption>
        <thead>
          <tr>
            <td />
            {LANGUAGES.map((one) => (
              <th key={one} scope="col">
                {t(`language.${one}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {channels.map((channel) => (
            <tr key={channel}>
              <th scope="row">
                <span className={classes.channel}>
                  <ChannelIcon channel={channel} />
                  {channelName(channel)}
                  {change ? (
                    <ActionIcon
                      size={24}
                      variant="subtle"
                      color="gray"
                      aria-label={t("matrix.remove", { channel: channelName(channel) })}
                      onClick={() => setLeaving(channel)}
                    >
                      <IconX size={14} aria-hidden />
                    </ActionIcon>
                  ) : null}
                </span>
              </th>
              {LANGUAGES.map((language) => (
                <td key={language}>
                  <Cell
                    definition={definition}
                    channel={channel}
                    language={language}
                    findings={findingsIn(findings, channel, language)}
                    here={place?.channel === channel && place.language === language}
                    choose={() => choose({ channel, language })}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {change && more.length ? (
        <Menu position="bottom-start" shadow="sm">
          <Menu.Target>
            <Button
              size="compact-sm"
              variant="subtle"
              leftSection={<IconPlus size={15} aria-hidden />}
            >
              {t("matrix.add")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {more.map((one) => (
              <Menu.Item
                key={one}
                leftSection={<ChannelIcon channel={one} />}
                onClick={() => add(one)}
              >
                {channelName(one)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      ) : null}
      <Confirm
        opened={leaving !== null}
        close={() => setLeaving(null)}
        title={t("matrix.remove", { channel: leaving ? channelName(leaving) : "" })}
        touches={t("matrix.touches")}
        word={t("matrix.removeWord")}
        act={async () => leaving && (await remove(leaving))}
      />
    </div>
  );
}

interface CellProps {
  definition: Definition;
  channel: Channel;
  language: Language;
  findings: Finding[];
  here: boolean;
  choose: () => void;
}

function Cell({ definition, channel, language, findings, here, choose }: CellProps) {
  const { t } = useTranslation("messages");
  const channelName = useChannelName();
  const written = definition.variants[channel]?.[language] !== undefined;
  const errors = findings.filter((one) => one.severity === "error").length;
  const state = !written ? "missing" : errors ? "wrong" : findings.length ? "doubtful" : "written";
  const Icon = { missing: IconPlus, wrong: IconX, doubtful: IconAlertCircle, written: IconCheck }[state];
  const says = t(`cell.${state}`, { count: state === "wrong" ? errors : findings.length });
  const place = `${channelName(channel)}, ${t(`language.${language}`)}`;
  return (
    <UnstyledButton
      className={classes.cell}
      data-state={state}
      aria-pressed={here}
      aria-label={`${place}: ${says}`}
      onClick={choose}
    >
      <Icon size={14} aria-hidden />
      <span className={classes.cellWord}>{says}</span>
    </UnstyledButton>
  );
}
