// Where a column may go, in words; what the server calls the place stays out of sight.
import type { TFunction } from "i18next";

const PLACES = {
  "-": "nowhere",
  email: "email",
  phone: "phone",
  customer_id: "customer_id",
  card: "card",
  "traits.firstName": "firstName",
  "traits.lastName": "lastName",
  "traits.name": "name",
  "traits.birthday": "birthday",
  "traits.city": "city",
  "traits.language": "language",
  "consent.email.marketing": "consentEmail",
  "consent.sms.marketing": "consentSms",
  "consent.call.marketing": "consentCall",
  "consent.whatsapp.marketing": "consentWhatsapp",
  at: "at",
  consent_at: "consent_at",
} as const;

/** What a column may be sent to: the known places, a field of its own name, where it goes now. */
export function placesOf(column: string, now: string, t: TFunction<"start">) {
  const known = Object.entries(PLACES).map(([value, word]) => ({
    value,
    label: t(`import.places.${word}`),
  }));
  const own = { value: `traits.${column}`, label: t("import.own", { name: column }) };
  const all = known.some((one) => one.value === own.value) ? known : [...known, own];
  if (all.some((one) => one.value === now)) return all;
  const name = now.startsWith("traits.") ? now.slice("traits.".length) : now;
  const key = now.startsWith("traits.") ? "import.own" : "import.other";
  return [...all, { value: now, label: t(key, { name }) }];
}
