// Small things both pages show: a channel in its colour, a chip, a sign beside a sentence.
import {
  IconAd2, IconArrowsSplit2, IconBell, IconBrandInstagram, IconBrandMessenger, IconBrandTelegram, IconBrandWhatsapp,
  IconCheck, IconDeviceMobileMessage, IconInfoCircle, IconMail, IconMessage, IconPhone, IconPoint,
  IconX,
} from "@tabler/icons-react"; // prettier-ignore
import type { ComponentType, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useWord } from "./words";
import classes from "./bits.module.css";

type Icon = ComponentType<{ size?: number; stroke?: number; "aria-hidden"?: boolean }>;

const CHANNELS: Record<string, [Icon, string]> = {
  email: [IconMail, "var(--k-channel-email)"],
  sms: [IconMessage, "var(--k-channel-sms)"],
  call: [IconPhone, "var(--k-channel-call)"],
  whatsapp: [IconBrandWhatsapp, "var(--k-channel-whatsapp)"],
  push: [IconDeviceMobileMessage, "var(--k-channel-push)"],
  web_push: [IconBell, "var(--k-channel-push)"],
  telegram: [IconBrandTelegram, "var(--k-channel-audience)"],
  instagram: [IconBrandInstagram, "var(--k-channel-audience)"],
  messenger: [IconBrandMessenger, "var(--k-channel-audience)"],
  ads: [IconAd2, "var(--k-channel-audience)"],
};

interface ChannelProps {
  channel: string;
  /** The sign alone; its word is there for who cannot see it. */
  bare?: boolean;
}

export function Channel({ channel, bare }: ChannelProps) {
  const word = useWord()("channel", channel);
  const [Sign, colour] = CHANNELS[channel] ?? [IconPoint, "var(--k-quiet)"];
  return (
    <span className={classes.channel} title={bare ? word : undefined}>
      <span style={{ color: colour, display: "inline-flex" }}>
        <Sign size={16} stroke={1.8} aria-hidden />
      </span>
      <span className={bare ? "k-hidden" : undefined}>{word}</span>
    </span>
  );
}

export type Tone = "plain" | "good" | "warn" | "bad" | "accent";

export function Chip({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`${classes.chip} ${classes[tone]}`}>{children}</span>;
}

const SIGNS: Record<string, [Icon, Tone]> = {
  good: [IconCheck, "good"],
  bad: [IconX, "bad"],
  mail: [IconMail, "accent"],
  warn: [IconInfoCircle, "warn"],
  way: [IconArrowsSplit2, "accent"],
  plain: [IconPoint, "plain"],
};

/** The sign of a line; colour is never the only one. */
export function Sign({ sign }: { sign: string }) {
  const { t } = useTranslation("people");
  const [Icon, tone] = SIGNS[sign] ?? [IconPoint, "plain" as Tone];
  const known = (sign in SIGNS ? sign : "plain") as "good" | "bad" | "mail" | "warn" | "way";
  return (
    <span className={`${classes.sign} ${classes[tone]}`}>
      <Icon size={14} stroke={2} aria-hidden />
      <span className="k-hidden">{t(`sign.${known}`)}</span>
    </span>
  );
}
