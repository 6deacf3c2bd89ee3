// Words of the server's codes in the reader's language; one nobody knows goes by its own name.
import { useTranslation } from "react-i18next";
import type words from "~/say/en/people.json";

type Tables = Pick<typeof words, "channel" | "kind" | "group" | "stage">;

/** Gives the word of a code: word("channel", "email"). */
export function useWord() {
  const { t, i18n } = useTranslation("people");
  return (table: keyof Tables | "consents.source" | "consents.status", code: string): string => {
    const key = `${table}.${code}`;
    if (!/^\w+$/.test(code) || !i18n.exists(key, { ns: "people" })) return code;
    // The key is made of a code of the server's; the line above saw that it is there.
    return (t as unknown as (key: string) => string)(key);
  };
}
