// What the kinds of steps, their ways and their settings are called in the reader's language.
import i18next from "i18next";
import { useTranslation } from "react-i18next";

/** The word of a key that comes from the server; the key itself where there is none. */
function wordOf(group: string, key: string): string {
  const say = i18next.t as unknown as (key: string, options: object) => string;
  return say(`${group}.${key}`, { ns: "journeys", defaultValue: key.replaceAll("_", " ") });
}

export function useKindWord(): (kind: string) => string {
  useTranslation("journeys");
  return (kind) => wordOf("kind", kind);
}

export function useWayWord(): (way: string) => string {
  useTranslation("journeys");
  return (way) => wordOf("way", way);
}

export function useSettingWord(): (setting: string) => string {
  useTranslation("journeys");
  return (setting) => wordOf("setting", setting);
}

export function useCaveatWord(): (caveat: string) => string {
  useTranslation("journeys");
  return (caveat) => wordOf("caveat", caveat);
}
