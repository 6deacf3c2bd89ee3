// Words of the server's codes in the reader's language; one nobody knows goes by its own name.
import { useTranslation } from "react-i18next";

/** Gives the word of a code: word("channel", "email"). */
export function useWord() {
  const { t, i18n } = useTranslation("overview");
  return (table: "channel" | "outcome", code: string): string => {
    const key = `${table}.${code || "none"}`;
    if (!/^\w*$/.test(code) || !i18n.exists(key, { ns: "overview" })) return code;
    // The key is made of a code of the server's; the line above saw that it is there.
    return (t as unknown as (key: string) => string)(key);
  };
}
