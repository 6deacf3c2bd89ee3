// A tree of plain data becomes nodes of the page: no markup is ever read, no style written inline.
const WORDS = {
  tr: ["Kapat", "Kopyala", "Kopyalandı", "Bildirim", "Gelen kutusu", "Yeni mesaj yok", "Arşivle", "Duyuru", "Daha fazla",
    "Önizleme: yalnız siz görüyorsunuz, hiçbir şey sayılmaz.", "Önizleme: bu sayfada gösterilecek yeri yok."],
  az: ["Bağla", "Kopyala", "Kopyalandı", "Bildiriş", "Gələn qutusu", "Yeni mesaj yoxdur", "Arxivlə", "Elan", "Daha çox",
    "Önbaxış: yalnız siz görürsünüz, heç nə sayılmır.", "Önbaxış: bu səhifədə göstəriləcək yeri yoxdur."],
  en: ["Close", "Copy", "Copied", "Notice", "Inbox", "No new messages", "Archive", "Announcement", "More",
    "Preview: only you see this, and nothing is counted.", "Preview: this page has no place to show it."],
};
const words = (spoken) => WORDS[spoken] || WORDS[language] || WORDS.en;

const make = (tag, facts = {}, ...inside) => {
  const node = document.createElement(tag);
  for (const name in facts) {
    if (name === "on") for (const event in facts.on) node.addEventListener(event, facts.on[event]);
    else if (facts[name] != null) node.setAttribute(name, facts[name]);
  }
  node.append(...inside.filter((one) => one != null));
  return node;
};

// Kervan has checked every address; a scheme that runs gets no further here either.
const sound = (url) => quietly(() => {
  const found = new URL(url, location.href);
  return /^(https?|mailto|tel):$/.test(found.protocol) ? found.href : "";
}) || "";

const anchor = (url, clicked, facts, ...inside) => {
  const href = sound(url);
  return make(href ? "a" : "span", { ...facts, href: href || null, rel: href && "noopener", on: { click: () => clicked(href) } }, ...inside);
};

const BLOCKS = {
  heading: (b, o) => make("h2", { id: o.named++ ? null : "t" }, b.text),
  text: (b) => make("p", {}, b.text),
  spacer: (b) => make("div", { class: "s" + b.size }),
  image: (b, o) => {
    const node = make("img", { src: sound(b.url), alt: b.alt });
    return b.link ? anchor(b.link, (url) => o.click(b, url), {}, node) : node;
  },
  button: (b, o) => {
    const facts = { class: "b " + b.style };
    return b.url ? anchor(b.url, (url) => o.click(b, url), facts, b.text)
      : make("button", { ...facts, type: "button", on: { click: () => o.close("button") } }, b.text);
  },
  close: (b, o) => make("button", { class: "no", type: "button", on: { click: () => o.close("declined") } }, b.text),
  coupon: (b, o) => {
    const label = make("small", { role: "status" }, b.text || o.words[1]);
    const copy = () => {
      navigator.clipboard?.writeText(b.code).then(() => { label.textContent = o.words[2]; }, () => {});
      o.click(b, "");
    };
    return make("button", { class: "c", type: "button", on: { click: copy } }, make("b", {}, b.code), label);
  },
  columns: (b, o) => make("div", { class: "cols" }, ...b.columns.map((one) => make("div", {}, ...build(one, o)))),
  form: (b, o) => {
    const mail = b.field === "email";
    const input = make("input", { type: mail ? "email" : "tel", name: b.field, required: "", autocomplete: mail ? "email" : "tel",
      pattern: mail ? null : "[+0-9 ()\\-]{7,20}", maxlength: 254 });
    const box = b.consent ? make("input", { type: "checkbox", name: "consent" }) : null;
    const send = (event) => {
      event.preventDefault();
      o.form(b, input.value.trim(), !!box?.checked);
      form.replaceChildren(make("p", { role: "status", tabindex: -1 }, b.thanks));
      form.firstChild.focus();
    };
    const form = make("form", { on: { submit: send } },
      make("label", {}, b.label, input),
      box && make("label", { class: "k" }, box, make("span", {}, b.consent)),
      make("button", { class: "b primary", type: "submit" }, b.button));
    return form;
  },
};
const FALLBACK = { style: "primary", size: "m" };
const build = (blocks, o) => blocks.flatMap((one) =>
  Object.hasOwn(BLOCKS, one.type) ? [BLOCKS[one.type]({ ...FALLBACK, ...one }, o)] : []);
