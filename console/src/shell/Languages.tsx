// TR, AZ, EN: the page changes at once, and the choice is kept with the account.
import { UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { turned } from "~/api/turned";
import { LOCALES, type Locale } from "~/fmt";
import { speak } from "~/say/start";
import classes from "./Frame.module.css";

// A language is called by its own name in every language.
const NAMES: Record<Locale, string> = { tr: "Türkçe", az: "Azərbaycanca", en: "English" };

async function choose(locale: Locale): Promise<void> {
  await speak(locale, turned);
  await api.PATCH("/v1/me", { body: { locale } }).catch(() => undefined);
}

export function Languages() {
  const { t, i18n } = useTranslation("shell");
  return (
    <div className={classes.languages} role="group" aria-label={t("language")}>
      {LOCALES.map((locale) => (
        <UnstyledButton
          key={locale}
          className={classes.language}
          lang={locale}
          aria-pressed={i18n.language === locale}
          aria-label={`${locale.toUpperCase()}: ${NAMES[locale]}`}
          onClick={() => void choose(locale)}
        >
          {locale.toUpperCase()}
        </UnstyledButton>
      ))}
    </div>
  );
}
