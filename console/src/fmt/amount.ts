// Amounts as texts: exact to the millionth, written with the reader's own decimal sign.
const WHOLE = /^(0|[1-9][0-9]{0,9})(\.[0-9]{1,6})?$/;
export type Sign = "," | ".";

/** Whether a text is an amount as the server has it: 0.085, 10000. */
export function isAmount(text: string): boolean {
  return WHOLE.test(text);
}

/**
 * What somebody means who typed this, or else just what she typed.
 *
 * Either sign may part the decimals, but where it parts thousands as her country does it is no
 * decimal sign: 1.250 is a thousand and more in Turkish, 0.085 is not.
 */
export function readAmount(typed: string, sign: Sign): string {
  const other = sign === "," ? "." : ",";
  const text = typed.replace(/\s/g, "");
  const grouped = new RegExp(`^[1-9]\\d{0,2}(\\${other}\\d{3})+(\\${sign}\\d*)?$`);
  const meant = (grouped.test(text) ? text.replaceAll(other, "") : text)
    .replace(/[.,]/, ".")
    .replace(/\.$/, "")
    .replace(/^\./, "0.")
    .replace(/^0+(?=\d)/, "");
  return isAmount(meant) ? meant : typed;
}

/** An amount as the reader writes it; what is none stays as it is. */
export function showAmount(text: string, sign: Sign): string {
  return isAmount(text) ? text.replace(".", sign) : text;
}
