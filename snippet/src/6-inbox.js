// Messages that wait for a person whom the site has proved: listed, read, put away, and told when new.
const inboxAsk = async (path, options = {}) => {
  const answer = await ask("/onsite/v1/inbox" + path, { ...options, headers: { authorization: "Bearer " + token } });
  if (!answer.ok) throw Error("kervan: " + answer.status);
  return answer;
};
const list = async (cursor = "") => (await inboxAsk(`?cursor=${encodeURIComponent(cursor)}`)).json();
const mark = (id, state) => inboxAsk(`/${id}/${state}`, { method: "POST" });
const read = (id) => mark(id, "read");
const archive = (id) => mark(id, "archived");

// An EventSource could not say who asks without writing it into an address.
const follow = (work) => {
  const end = new AbortController();
  const run = async (wait = 1e3) => {
    try {
      const answer = await inboxAsk("/stream", { signal: end.signal });
      const lines = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      for (;;) {
        const { value, done } = await lines.read();
        if (done) break;
        text += value;
        const parts = text.split("\n\n");
        text = parts.pop();
        for (const one of parts) if (one.startsWith("data:")) work(JSON.parse(one.slice(5)));
        wait = 1e3;
      }
    } catch { /* again, later */ }
    if (!end.signal.aborted) setTimeout(() => run(Math.min(wait * 2, 6e4)), wait * (0.5 + Math.random()));
  };
  run();
  return () => end.abort();
};

// `[data-kervan-inbox]` becomes a bell with a number and a panel.
const bells = new Set();
// Drawn, since not every machine has a letter for it.
const picture = () => {
  const draw = (tag, facts) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const name in facts) node.setAttribute(name, facts[name]);
    return node;
  };
  const whole = draw("svg", { viewBox: "0 0 24 24", width: 24, height: 24, fill: "currentColor", "aria-hidden": "true" });
  whole.append(draw("path", { d: "M12 22a2.5 2.5 0 0 0 2.4-2H9.6A2.5 2.5 0 0 0 12 22Zm7-6v-5a7 7 0 0 0-5.5-6.8v-.7a1.5 1.5 0 0 0-3 0v.7A7 7 0 0 0 5 11v5l-2 2v1h18v-1Z" }));
  return whole;
};
const inbox = () => document.querySelectorAll("[data-kervan-inbox]").forEach((into) => {
  if (bells.has(into) || !token) return;
  bells.add(into);
  const said = words(language);
  const [outer, shadow] = shell();
  const count = make("span", { class: "n", hidden: "" });
  const bell = make("button", { class: "bell", type: "button", "aria-haspopup": "dialog", on: { click: () => open() } }, picture(), count);
  const panel = make("dialog", { class: "p box", "aria-label": said[4], lang: language, tabindex: -1 });
  const cross = make("button", { class: "x", type: "button", "aria-label": said[0], on: { click: () => panel.close() } }, "\u00d7");
  const items = make("ul");
  const more = make("button", { class: "b secondary", type: "button", hidden: "" }, said[8]);
  panel.append(make("h2", {}, said[4]), items, more, cross);
  shadow.append(bell, panel);
  into.append(outer);
  const number = (unread) => {
    count.hidden = !unread;
    count.textContent = unread > 99 ? "99+" : unread;
    bell.setAttribute("aria-label", `${said[4]} (${unread})`);
  };
  const row = (one) => {
    const line = make("li", { class: one.read ? "" : "u" });
    const open = () => { if (!one.read) { one.read = true; line.className = ""; read(one.id).then(fresh, () => {}); } };
    const title = one.url ? anchor(one.url, open, {}, one.title || one.body) : make("span", {}, one.title || one.body);
    const away = () => { line.remove(); archive(one.id).then(fresh, () => {}); };
    line.append(make("strong", {}, title), make("p", {}, one.title ? one.body : ""),
      make("button", { class: "no", type: "button", on: { click: away } }, said[6]));
    if (one.image) line.prepend(make("img", { src: sound(one.image), alt: "" }));
    line.addEventListener("click", open);
    return line;
  };
  const fill = async (cursor) => {
    const found = await list(cursor);
    number(found.unread);
    if (!cursor) items.replaceChildren();
    items.append(...found.messages.map(row));
    if (!items.children.length) items.append(make("li", {}, said[5]));
    more.hidden = !found.cursor;
    more.onclick = () => fill(found.cursor);
  };
  const fresh = () => list().then((found) => number(found.unread), () => {});
  const open = () => { fill().catch(() => {}); panel.showModal(); panel.focus(); };
  fresh();
  const end = follow(fresh);
  personal.add(() => {
    end();
    outer.remove();
    bells.delete(into);
  });
});
