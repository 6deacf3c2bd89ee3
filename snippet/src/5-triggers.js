// When a piece appears: conditions that must hold, moments that come, and how often is often enough.
let rules = null;
let token = "";
let who = ""; // the customer that the token names
let basket = 0;
let started = 0;
let deepest = 0;
const fired = new Set(); // campaigns this page view has had its say about
const asked = {}; // what Kervan decided of those that are about the person
const events = new Set();

const globbed = (pattern) => {
  const text = pattern[0] === "/" ? location.pathname + (pattern.includes("?") ? location.search : "") : location.href;
  return new RegExp("^" + pattern.split("*").map((one) => one.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*") + "$").test(text);
};

const basketOf = (event, { value, products, price, quantity = 1 }) => {
  if (event === "Cart Viewed" || event === "Checkout Started") {
    basket = value ?? (products || []).reduce((sum, one) => sum + (one.price || 0) * (one.quantity ?? 1), 0);
  } else if (event === "Product Added") basket += (price || 0) * quantity;
  else if (event === "Product Removed") basket = Math.max(0, basket - (price || 0) * quantity);
  else if (event === "Order Completed") basket = 0;
  else return;
  look();
};

// FNV-1a: the same visitor meets the same variant, and nothing has to be kept for it.
const share = (text) => {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
};
const chosen = (rule) => {
  let at = share(me() + ":" + rule.key) * rule.variants.reduce((sum, one) => sum + one.weight, 0);
  return rule.variants.find((one) => (at -= one.weight) < 0) || rule.variants[0];
};

const often = ({ t = [] }, { times, days = 0 }) => t.filter((at) => !days || at > now() - days * DAY).length >= times;
const allowed = (rule) => {
  const mine = memory.seen[rule.key] || {};
  const { device, after_close_days = 7, after_conversion } = rule.frequency;
  if (rule.from_ms > now() || rule.until_ms <= now()) return false;
  if (rule.waits && !memory.marketing) return false;
  if (rule.ask && !token) return false;
  if (mine.c && now() < mine.c + after_close_days * DAY) return false;
  if (mine.done && !after_conversion) return false;
  // What stands beside the page's own text is there until it is closed; what lies over it, once a day.
  return device || !/banner|embedded/.test(rule.kind) ? !often(mine, device || { times: 1, days: 1 }) : true;
};
const fits = ({ triggers: t }) => {
  if (t.urls && !t.urls.some(globbed)) return false;
  if (t.not_urls?.some(globbed)) return false;
  if (t.device && (t.device === "phone") !== (innerWidth < 768)) return false;
  if (basket < (t.basket_min ?? 0) || basket > (t.basket_max ?? Infinity)) return false;
  return memory.pages >= (t.pages || 1);
};
const come = ({ triggers: t }, leaving) => {
  const moments = [
    [t.seconds, () => now() - started >= t.seconds * 1e3],
    [t.scroll_percent, () => deepest >= t.scroll_percent],
    [t.exit_intent, () => leaving],
    [t.event, () => events.has(t.event)],
  ].filter(([there]) => there != null && there !== false && there !== "");
  return !moments.length || moments.some(([, is]) => is());
};

const look = (leaving) => {
  if (!rules) return;
  const open = rules.campaigns.filter((one) => !fired.has(one.key) && allowed(one) && fits(one));
  const unasked = open.filter((one) => one.ask && !(one.key in asked));
  if (unasked.length) decide(unasked);
  for (const rule of open) {
    if (!come(rule, leaving === true)) continue;
    const mine = rule.ask ? asked[rule.key] : { ...rule, variant: chosen(rule) };
    if (mine && show({ ...rule, ...mine }, mine.variant) !== false) fired.add(rule.key);
  }
};

// What was said to one person is not for whoever is at this browser after her.
const forget = () => {
  for (const end of [...personal]) end();
  personal.clear();
  for (const one in asked) {
    delete asked[one];
    fired.delete(one);
  }
};
const decide = async (some) => {
  const whose = who;
  for (const one of some) asked[one.key] = null;
  const body = JSON.stringify({ writeKey: key, identity: token, language, campaigns: some.map((one) => one.key) });
  try {
    const answer = await ask("/onsite/v1/decide", { method: "POST", body });
    const found = answer.ok ? (await answer.json()).campaigns : {};
    if (whose !== who) return;
    Object.assign(asked, found);
    look();
  } catch { /* nobody is shown what nobody decided */ } finally {
    emit("decided", { campaigns: Object.keys(asked).filter((one) => asked[one]) });
  }
};

// The rules are signed where the site names the key: a changed file shows nothing.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const genuine = async (answer, body) => {
  if (!setting("rulesKey")) return true;
  const kind = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const signer = await crypto.subtle.importKey("raw", bytes(setting("rulesKey")), kind, false, ["verify"]);
  return crypto.subtle.verify(kind, signer, bytes(answer.headers.get("kervan-signature")), body);
};
const load = async () => {
  try {
    const answer = await ask(`/onsite/v1/rules?key=${encodeURIComponent(key)}&lang=${language}`);
    if (!answer.ok) return;
    const body = await answer.arrayBuffer();
    if (!await genuine(answer, body)) return;
    rules = JSON.parse(new TextDecoder().decode(body));
    begin();
  } catch { /* a shop's page works without us */ } finally {
    emit("ready", { rules: !!rules });
  }
};

// The draft of a link, if it is Kervan's, of this site, and in time; nothing otherwise.
const peek = async () => {
  const answer = await ask("/onsite/v1/preview", { method: "POST", body: JSON.stringify({ writeKey: key, token: seal }) });
  const body = await answer.arrayBuffer();
  if (!answer.ok || !await genuine(answer, body)) return;
  const { token: of, piece } = JSON.parse(new TextDecoder().decode(body));
  return of === seal && piece;
};
const display = (piece) => {
  const shown = draw(piece);
  if (shown === true) return;
  const note = { key: "", kind: "banner", place: "top", language: piece.language, look: {} };
  show(note, { key: "", blocks: [{ type: "text", text: words(piece.language)[10] }] });
};

// A page view begins: also where a shop changes its pages without loading them.
const begin = () => {
  fired.clear();
  events.clear();
  deepest = 0;
  started = now();
  for (const place of used) busy.delete(place);
  used.clear();
  for (const { triggers } of rules?.campaigns || []) {
    if (triggers.seconds) setTimeout(look, triggers.seconds * 1e3 + 20);
  }
  measure();
  look();
};
const happened = (event) => {
  events.add(event);
  look();
};
const measure = () => {
  const whole = document.documentElement.scrollHeight - innerHeight;
  const at = whole > 0 ? Math.round((scrollY / whole) * 100) : 100;
  if (at > deepest) {
    deepest = at;
    if (started) look();
  }
};
// A mouse that leaves by the top, or a phone's page drawn back up quickly, is on the way out.
let marked = [0, 0];
addEventListener("scroll", () => {
  measure();
  const [y, at] = marked;
  if (y - scrollY > innerHeight * 0.6 && scrollY > 0 && now() - at < 500 && matchMedia("(pointer:coarse)").matches) look(true);
  if (now() - at > 500 || scrollY > y) marked = [scrollY, now()];
}, { passive: true });
document.addEventListener("mouseout", (event) => { if (!event.relatedTarget && event.clientY <= 0) look(true); });
