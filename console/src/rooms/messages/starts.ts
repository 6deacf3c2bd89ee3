// What a new message begins as: nothing but a channel, or a sample to be rewritten.
import type { Definition, Language, Variants } from "./shape";
import { blank, type Channel } from "./shape";

export const STARTS = ["email", "sms", "push", "welcome", "back"] as const;
export type Start = (typeof STARTS)[number];

const mail = (...sections: string[]) =>
  `<mjml><mj-body>\n${sections.map((one) => `<mj-section><mj-column>${one}</mj-column></mj-section>`).join("\n")}\n</mj-body></mjml>`;
const text = (words: string) => `<mj-text>${words}</mj-text>`;
const button = (words: string) => `<mj-button href="https://example.com">${words}</mj-button>`;

const WELCOME: Variants = {
  email: {
    tr: {
      subject: "{{ person.first_name | default('Merhaba') }}, hoş geldiniz",
      preheader: "İlk alışverişinizde bilmeniz gereken üç şey",
      mjml: mail(
        text("Aramıza hoş geldiniz.<br/>Siparişiniz iki günde elinizde, iadesi ücretsiz."),
        button("Mağazaya bakın"),
      ),
    },
    az: {
      subject: "{{ person.first_name | default('Salam') }}, xoş gəldiniz",
      preheader: "İlk alış-verişdə bilməli olduğunuz üç şey",
      mjml: mail(
        text("Aramıza xoş gəldiniz.<br/>Sifarişiniz iki günə çatır, geri qaytarmaq pulsuzdur."),
        button("Mağazaya baxın"),
      ),
    },
    en: {
      subject: "{{ person.first_name | default('Hello') }}, welcome",
      preheader: "Three things to know before your first order",
      mjml: mail(
        text("Welcome.<br/>Your order is with you in two days, and returns are free."),
        button("Look around the shop"),
      ),
    },
  },
};
const BACK: Variants = {
  sms: {
    tr: { text: "Beklediğiniz ürün yine stokta: https://example.com" },
    az: { text: "Gözlədiyiniz məhsul yenə satışdadır: https://example.com" },
    en: { text: "What you waited for is back in stock: https://example.com" },
  },
  push: {
    tr: { title: "Yine stokta", body: "Beklediğiniz ürün geldi, bedeniniz var.", url: "https://example.com" },
    az: { title: "Yenə satışda", body: "Gözlədiyiniz məhsul gəlib, ölçünüz var.", url: "https://example.com" },
    en: { title: "Back in stock", body: "It is here again, and in your size.", url: "https://example.com" },
  },
}; // prettier-ignore

/** The definition a message begins with; samples keep all their languages. */
export function begun(start: Start, key: string, name: string, language: Language): Definition {
  const base = { key, name, purpose: "marketing" as const, language };
  if (start === "welcome") return { ...base, variants: WELCOME };
  if (start === "back") return { ...base, variants: BACK };
  return { ...base, variants: { [start]: { [language]: blank(start as Channel) } } };
}
