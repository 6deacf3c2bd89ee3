// The order of the letters, and what is typed on a keyboard without them.
import type { Locale } from "./index";

// The alphabets as written; X and Q, which Turkish has not, follow their neighbours.
const LETTERS = {
  az: "abcçdeəfgğhxıijkqlmnoöprsştuüvwyz",
  tr: "abcçdefgğhıijklmnoöpqrsştuüvwxyz",
} as const;

export function compare(locale: Locale): (a: string, b: string) => number {
  const collator = new Intl.Collator(locale === "en" ? "en" : "tr", { numeric: true });
  if (locale !== "az") return collator.compare;
  const place = new Map([...LETTERS.az].map((letter, at) => [letter, at]));
  const lower = (text: string) => [...text.toLocaleLowerCase("tr")];
  return (a, b) => {
    const left = lower(a);
    const right = lower(b);
    for (let at = 0; at < Math.min(left.length, right.length); at++) {
      const one = left[at] ?? "";
      const other = right[at] ?? "";
      if (one === other) continue;
      const known = place.get(one);
      const beside = place.get(other);
      if (known !== undefined && beside !== undefined) return known - beside;
      return collator.compare(left.slice(at).join(""), right.slice(at).join(""));
    }
    return left.length - right.length;
  };
}

/** Text for searching: İ, I, ı and i are one, ə is e, ş is s; other marks fall. */
export function fold(text: string): string {
  return text
    .toLocaleLowerCase("tr")
    .replaceAll("ı", "i")
    .replaceAll("ə", "e")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .trim();
}
