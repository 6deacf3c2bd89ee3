// Chooses the reader's language, loads its words, and keeps <html lang> and the cookie in step.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { fmt, isLocale, LOCALES, type Locale } from "~/fmt";

const COOKIE = "kervan_lang";
const YEAR_SECONDS = 31_536_000;
const LOAD = {
  en: () => import("./en"),
  tr: () => import("./tr"),
  az: () => import("./az"),
};

export async function startSaying(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: chosen(),
    fallbackLng: false,
    ns: [],
    defaultNS: "kit",
    interpolation: { escapeValue: false }, // React escapes
    returnEmptyString: false,
  });
  const forms = i18next.services.formatter;
  forms?.add("number", (value, lng) => fmt(lng).number(Number(value)));
  forms?.add("percent", (value, lng) => fmt(lng).percent(Number(value)));
  forms?.add("date", (value, lng) => fmt(lng).date(value as number | string));
  await speak(chosen());
}

/** Changes the language; `turn` is called when the server is to be asked in it, before the page says it. */
export async function speak(locale: Locale, turn?: () => void): Promise<void> {
  const files = (await LOAD[locale]()).default;
  for (const [path, words] of Object.entries(files)) {
    const room = path.slice(path.lastIndexOf("/") + 1, -".json".length);
    i18next.addResourceBundle(locale, room, words, true, true);
  }
  // The server speaks this language too, and what is shown anew asks it at once.
  document.cookie = `${COOKIE}=${locale};path=/;max-age=${YEAR_SECONDS};samesite=lax`;
  turn?.();
  await i18next.changeLanguage(locale);
  document.documentElement.lang = locale;
}

function chosen(): Locale {
  const kept = document.cookie.match(/(?:^|; )kervan_lang=(\w+)/)?.[1];
  const wanted = [kept ?? "", ...navigator.languages].map((one) => one.slice(0, 2));
  return wanted.find(isLocale) ?? LOCALES[2];
}
