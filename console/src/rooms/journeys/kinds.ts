// What the kinds of steps, their ways and their settings are called in the reader's language.
import i18next from "i18next";
import { useTranslation } from "react-i18next";

const say = i18next.t.bind(i18next) as unknown as (key: string, options: object) => string;

/** The word of a key that comes from the server; the key itself where there is none. */
function wordOf(group: string, key: string): string {
  return say(`${group}.${key}`, { ns: "journeys", defaultValue: key.replaceAll("_", " ") });
}

function ifSaid(key: string): string | undefined {
  return i18next.exists(key, { ns: "journeys" }) ? say(key, { ns: "journeys" }) : undefined;
}

export function useKindWord(): (kind: string) => string {
  useTranslation("journeys");
  return (kind) => wordOf("kind", kind);
}

/** What a kind of step is for, in one sentence; "" where none is written. */
export function useAboutWord(): (kind: string) => string {
  useTranslation("journeys");
  return (kind) => ifSaid(`kindAbout.${kind}`) ?? "";
}

export function useWayWord(): (way: string) => string {
  useTranslation("journeys");
  return (way) => wordOf("way", way);
}

export function useSettingWord(): (setting: string) => string {
  useTranslation("journeys");
  return (setting) => wordOf("setting", setting);
}

/** A line under a setting's name; nothing where the name is enough. */
export function useHintWord(): (setting: string) => string | undefined {
  useTranslation("journeys");
  return (setting) => ifSaid(`hint.${setting}`);
}

export function useOptionWord(): (option: string) => string {
  useTranslation("journeys");
  return (option) => wordOf("option", option);
}

export function useCaveatWord(): (caveat: string) => string {
  useTranslation("journeys");
  return (caveat) => wordOf("caveat", caveat);
}
