// A piece on the page: where it stands, how it is closed, and what is told of it.
const CSS = `:host{all:initial;display:block}*{box-sizing:border-box}
.p{font:16px/1.5 system-ui,sans-serif;background:var(--bg);color:var(--fg);border-radius:var(--r);position:relative;overflow-wrap:anywhere}
[hidden]{display:none!important}
dialog.p{border:0;padding:32px 24px 24px;width:min(440px,calc(100vw - 32px));max-height:calc(100dvh - 32px);overflow:auto;margin:auto;box-shadow:0 12px 48px #0005}
dialog.p[open]:not(:modal){position:fixed;inset:0;z-index:2147483000;height:fit-content;box-shadow:0 0 0 100vmax #000a}
dialog::backdrop{background:#000a}
.banner{position:fixed;z-index:2147483000;left:0;right:0;bottom:0;border-radius:0;padding:12px 56px 12px 16px;box-shadow:0 0 16px #0003;display:flex;flex-wrap:wrap;gap:4px 16px;align-items:center;justify-content:center;max-height:60dvh;overflow:auto}
.banner.top{bottom:auto;top:0}.banner>*{margin:0}
.slide_in{position:fixed;z-index:2147483000;bottom:16px;right:16px;width:min(360px,calc(100vw - 32px));max-height:calc(100dvh - 32px);overflow:auto;padding:28px 20px 20px;box-shadow:0 8px 32px #0004}
.slide_in.left{right:auto;left:16px}
.embedded{padding:20px}
h2{font-size:1.35em;line-height:1.25;margin:0 0 8px;padding-right:28px}.banner h2{font-size:1em;padding:0}
p{margin:0 0 12px;white-space:pre-line}img{display:block;max-width:100%;height:auto;margin:0 0 12px;border-radius:calc(var(--r)/2)}.banner img{max-height:40px;margin:0}
a{color:inherit}
button,input{font:inherit}button{cursor:pointer}
.b{display:inline-block;min-height:44px;padding:9px 20px;margin:0 8px 8px 0;border:1px solid var(--ac);border-radius:calc(var(--r)/2);text-decoration:none;background:var(--ac);color:var(--on)}
.b.secondary{background:transparent;color:inherit;border-color:currentColor}.banner .b{margin:0}
.no{background:none;border:0;color:inherit;text-decoration:underline;min-height:44px;padding:8px}
.x{position:absolute;top:4px;right:4px;width:44px;height:44px;background:none;border:0;color:inherit;font-size:24px;line-height:1}
.c{display:block;width:100%;padding:10px;margin:0 0 12px;border:2px dashed currentColor;border-radius:8px;background:none;color:inherit;text-align:center}
.c b{display:block;font-size:1.25em;letter-spacing:.08em}.banner .c{width:auto}
label{display:block;margin:0 0 12px}label input:not([type=checkbox]){display:block;width:100%;min-height:44px;padding:8px 12px;margin-top:4px;border:1px solid #767676;border-radius:8px;background:#fff;color:#111}
.k{display:flex;gap:10px;font-size:.875em}.k input{width:20px;height:20px;flex:none;margin:0}
.ss{height:8px}.sm{height:16px}.sl{height:32px}.cols{display:flex;gap:16px}.cols>*{flex:1;min-width:0}
.p:focus{outline:0}:focus-visible{outline:3px solid var(--ac);outline-offset:2px}.b.p:focus{outline:0}:focus-visible{outline-color:currentColor}
@media(max-width:479px){.cols{display:block}.banner{justify-content:flex-start}.slide_in,.slide_in.left{left:8px;right:8px;bottom:8px;width:auto}}
@media(prefers-reduced-motion:no-preference){dialog.p,.banner,.slide_in{animation:in .2s ease-out}@keyframes in{from{opacity:0;transform:translateY(12px)}}}
@media(forced-colors:active){.p{border:1px solid}}
.bell{position:relative;min-width:44px;min-height:44px;border:0;background:none;color:inherit;font-size:22px}
.n{position:absolute;top:0;right:0;min-width:20px;border-radius:10px;background:#c62828;color:#fff;font:600 12px/20px system-ui}
.box ul{list-style:none;margin:0;padding:0}.box li{padding:12px 0;border-top:1px solid #0002;display:flow-root}.pv{flex-basis:100%;margin:0 0 12px;padding:2px 28px 2px 8px;border-left:4px solid;font-size:.875em;font-weight:600}.banner .pv{margin:0}.box li.u strong:before{content:"• "}`;
let sheet;
const shell = (look = {}) => {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  const outer = make("div", { "data-kervan": "" });
  const shadow = outer.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = [sheet];
  const style = { bg: look.background || "#ffffff", fg: look.text || "#1c2024", ac: look.accent || "#1f4fd8",
    on: look.on_accent || "#ffffff", r: (look.radius ?? 12) + "px" };
  for (const name in style) outer.style.setProperty("--" + name, style[name]);
  return [outer, shadow];
};

const personal = new Set(); // how to take away what is about the person who is proved
const busy = new Set(); // one popup, banner, slide-in and slot each at a time
const used = new Set(); // and in one page view no second popup after the first
const listeners = {};
const emit = (name, facts) => (listeners[name] || []).forEach((one) => quietly(() => one(facts)));

const report = (piece, what, more = {}, count = "") => {
  const facts = { campaign: piece.key, version: piece.version, variant: piece.variant, kind: piece.kind, showing: piece.showing, ...more };
  tell("track", { event: "Onsite " + what, properties: facts }, { marketing: true, id: `${piece.showing}-${what.toLowerCase()}${count}` });
  if (!mute) emit(what.toLowerCase(), facts);
};

const record = (key) => (memory.seen[key] ||= { t: [] });
const seen = (piece, what) => {
  const mine = record(piece.key);
  mine.t = [...mine.t.slice(-99), now()];
  Object.assign(mine, { s: piece.showing, v: piece.version, a: piece.variant, k: piece.kind, g: piece.goal?.event, h: piece.hours });
  keep();
  report(piece, what);
};

const converted = (event) => {
  for (const key in memory.seen) {
    const mine = memory.seen[key];
    if (mine.g !== event || mine.done === mine.s || now() > mine.t.at(-1) + mine.h * 36e5) continue;
    mine.done = mine.s;
    keep();
    report({ key, version: mine.v, variant: mine.a, kind: mine.k, showing: mine.s }, "Converted", { goal: event });
  }
};

const trap = (box, event) => {
  const all = [...box.querySelectorAll("a[href],button,input")].filter((one) => one.offsetParent);
  const [first, last] = [all[0], all.at(-1)];
  const active = box.getRootNode().activeElement;
  if (event.shiftKey ? active === first || active === box : active === last) {
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }
};

const show = (rule, { key: variant, blocks }) => {
  const piece = { ...rule, variant, showing: uuid(), words: words(rule.language) };
  if (!blocks.length) return seen(piece, "Held Out");
  const into = rule.kind === "embedded" && document.querySelector(`[data-kervan-slot="${CSS_escape(rule.slot)}"]`);
  if (into === null) return false;
  const place = rule.kind === "embedded" ? rule.slot : rule.kind;
  if (busy.has(place)) return false;
  busy.add(place);
  const before = document.activeElement;
  const [outer, shadow] = shell(rule.look);
  const modal = rule.kind === "popup";
  let closed = false;
  let clicks = 0;
  const close = (how) => {
    if (closed) return;
    closed = true;
    personal.delete(close);
    used.add(place);
    outer.remove();
    if (modal && !still) before?.focus?.();
    if (!how) return;
    record(rule.key).c = now();
    keep();
    report(piece, "Closed", { how });
    look();
  };
  const o = {
    named: 0, words: piece.words, close,
    click: (block, url) => {
      report(piece, "Clicked", { block: block.type, url }, clicks++ || "");
      if (url && mayKeep()) leave();
    },
    form: (block, value, agreed) => answer(piece, block, value, agreed),
  };
  const inside = build(blocks, o);
  if (seal && mute && rule.key) inside.unshift(make("p", { class: "pv", role: "note" }, piece.words[9]));
  const cross = make("button", { class: "x", type: "button", "aria-label": piece.words[0], on: { click: () => close("cross") } }, "\u00d7");
  const facts = { class: `p ${rule.kind} ${rule.place || ""}`, lang: rule.language,
    [o.named ? "aria-labelledby" : "aria-label"]: o.named ? "t" : piece.words[7] };
  // The cross is read last and stands first on the screen.
  const box = make(modal ? "dialog" : "section", { ...facts, tabindex: modal ? -1 : null, "aria-modal": modal ? "true" : null,
    role: modal ? "dialog" : "region", "aria-live": rule.kind === "slide_in" ? "polite" : null }, ...inside, cross);
  shadow.append(box);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close("escape");
    else if (modal && event.key === "Tab") trap(box, event);
  });
  (into || document.body).append(outer);
  if (rule.ask) personal.add(close);
  if (modal) {
    box.addEventListener("cancel", (event) => { event.preventDefault(); close("escape"); });
    box.addEventListener("click", (event) => { if (event.target === box && outside(box, event)) close("outside"); });
    if (still) box.setAttribute("open", "");
    else {
      box.showModal();
      box.focus();
    }
  }
  if (into) watch(outer, () => seen(piece, "Shown"));
  else seen(piece, "Shown");
  return true;
};

// What is still written, drawn anew in the place of what was drawn before; `quiet` takes no focus
// from whoever writes it beside.
let still = false;
const draw = (piece, quiet) => {
  still = true;
  for (const end of [...personal]) end();
  still = !!quiet;
  busy.clear();
  used.clear();
  return show({ ...piece, ask: true }, piece.variant);
};
const CSS_escape = (text) => globalThis.CSS.escape(text);
const outside = (box, { clientX, clientY }) => {
  const at = box.getBoundingClientRect();
  return clientX < at.left || clientX > at.right || clientY < at.top || clientY > at.bottom;
};
const watch = (node, work) => {
  const eye = new IntersectionObserver((entries) => {
    if (entries.some((one) => one.isIntersecting)) {
      eye.disconnect();
      work();
    }
  });
  eye.observe(node);
};

// What a visitor writes into a form she sends herself, whatever was agreed to otherwise.
const answer = (piece, block, value, agreed) => {
  const traits = { [block.field]: value };
  tell("identify", { traits }, { asked: true, id: piece.showing + "-who" });
  const facts = { campaign: piece.key, version: piece.version, variant: piece.variant, showing: piece.showing, field: block.field, agreed };
  tell("track", { event: "Onsite Form Sent", properties: facts }, { asked: true, id: piece.showing + "-form" });
  if (agreed) {
    // Nobody has shown yet that the address is hers: the word waits for her confirmation.
    const properties = { channel: block.channel, purpose: "marketing", status: "pending", source: "web", brand: piece.brand || "",
      notice: block.notice || "", proof: { campaign: piece.key, version: piece.version, text: block.consent, url: location.origin + location.pathname } };
    tell("track", { event: "Consent Changed", properties }, { asked: true, id: piece.showing + "-consent", context: { traits } });
  }
  if (!mute) emit("form", facts);
};
