// A channel's name and picture.
import {
  IconBell, IconBrandInstagram, IconBrandMessenger, IconBrandTelegram, IconBrandWhatsapp, IconBuildingStore,
  IconDeviceMobileMessage, IconInbox, IconMail, IconMessage, IconPhone, IconWebhook,
} from "@tabler/icons-react"; // prettier-ignore
import { useTranslation } from "react-i18next";
import classes from "./messages.module.css";
import { type Channel, isChannel } from "./shape";

const ICONS = {
  email: IconMail, sms: IconMessage, push: IconBell, web_push: IconDeviceMobileMessage,
  whatsapp: IconBrandWhatsapp, telegram: IconBrandTelegram, instagram: IconBrandInstagram, messenger: IconBrandMessenger,
  inbox: IconInbox, call: IconPhone, store: IconBuildingStore, webhook: IconWebhook,
}; // prettier-ignore

export function ChannelIcon({ channel }: { channel: Channel }) {
  const Icon = ICONS[channel];
  return <Icon size={15} stroke={1.7} aria-hidden className={classes.icon} data-channel={channel} />;
}

/** What a channel is called; one we do not know keeps its own name. */
export function useChannelName(): (channel: string) => string {
  const { t } = useTranslation("messages");
  return (channel) => (isChannel(channel) ? t(`channel.${channel}`) : channel);
}
