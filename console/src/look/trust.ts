// Lets components write their style sheets where the browser trusts no string (Trusted Types).
//
// Mantine and the scroll lock put CSS into <style> elements. CSS holds no "<", and text without
// one makes no element, so that is all the default policy lets pass.
import { setNonce } from "get-nonce";

interface Policies {
  createPolicy(name: string, rules: { createHTML(text: string): string | null }): unknown;
}

export const nonce =
  document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? "";

export function trustStyles(): void {
  setNonce(nonce);
  const policies = (window as { trustedTypes?: Policies }).trustedTypes;
  policies?.createPolicy("default", {
    createHTML: (text) => (text.includes("<") ? null : text),
  });
}
