// The collector's client: Segment's wire contract, in batches, tried again until it is taken.
const MOST_BYTES = 6e4; // browsers refuse more in what outlives a page
const held = []; // told before the visitor was asked
const queue = [];
let timer = 0;
let tries = 0;
let flying = false;

const pageFacts = () => ({
  url: location.href, path: location.pathname, search: location.search,
  title: document.title, referrer: document.referrer,
});

// `marketing`: also goes where only marketing was agreed to. `asked`: the visitor sends it herself.
const tell = (type, fields, { marketing, asked, id, context } = {}) => {
  const event = {
    type, ...fields, messageId: id || uuid(), timestamp: new Date().toISOString(),
    context: { page: pageFacts(), locale: navigator.language, library: { name: "kervan.js", version: VERSION }, ...context },
  };
  if (asked) return put(event);
  if (said) send(event, marketing);
  else if (held.length < 100) held.push([event, marketing]);
};

const send = (event, marketing) => {
  if (memory.analytics || (marketing && memory.marketing)) put(event);
};

const put = (event) => {
  if (mute) return later.length < 200 && later.push(() => put(event));
  event.anonymousId = me();
  if (memory.user) event.userId ??= memory.user;
  queue.push(event);
  fly(300);
};

const pack = () => {
  let size = 200;
  const events = [];
  for (const one of queue) {
    size += JSON.stringify(one).length * 1.1; // letters of two bytes
    if (events.length && (size > MOST_BYTES || events.length > 49)) break;
    events.push(one);
  }
  return [events, JSON.stringify({ writeKey: key, batch: events, sentAt: new Date().toISOString() })];
};

const fly = (ms) => {
  clearTimeout(timer);
  timer = setTimeout(post, ms);
};

const post = async () => {
  if (flying || !queue.length) return;
  flying = true;
  const [events, body] = pack();
  let wait = 0;
  try {
    const answer = await ask("/v1/batch", { method: "POST", body, keepalive: body.length < MOST_BYTES });
    if (answer.status === 408 || answer.status === 429 || answer.status > 499) {
      wait = (parseInt(answer.headers.get("retry-after"), 10) || 0) * 1e3;
      throw answer;
    }
    tries = 0;
    drop(events);
  } catch {
    wait = Math.max(wait, Math.min(6e4, 500 * 2 ** tries++) * (0.5 + Math.random()));
  }
  flying = false;
  if (queue.length) fly(wait);
};

const drop = (events) => {
  for (const one of events) {
    const at = queue.indexOf(one);
    if (at >= 0) queue.splice(at, 1);
  }
};

// Text is no preflight; our own origin never gets the shop's cookies.
const ask = (path, options = {}) => fetch(host + path, { credentials: "omit", mode: "cors", ...options });

const leave = () => {
  if (mute) return;
  while (queue.length) {
    const [events, body] = pack();
    if (!quietly(() => navigator.sendBeacon(host + "/v1/batch", new Blob([body], { type: "text/plain" })))) break;
    drop(events);
  }
  memory.left = queue.slice(0, 50);
  keep();
};
addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leave(); });

const track = (event, properties = {}, options = {}) => {
  tell("track", { event, properties }, options);
  basketOf(event, properties);
  converted(event);
  happened(event);
};
const identify = (user, traits = {}) => {
  if (typeof user === "string") {
    // Somebody else at this browser: what was counted of the first is not hers.
    if (memory.user && memory.user !== user) {
      const proof = who === user ? token : ""; // she may have been proved before she was named
      reset();
      if (proof) verify(proof);
    }
    memory.user = user;
    keep();
  } else traits = user || traits;
  tell("identify", { traits, userId: memory.user || undefined });
};
const group = (groupId, traits = {}) => tell("group", { groupId, traits });
const page = (name, properties = {}) => {
  memory.pages += 1;
  keep();
  tell("page", { name, properties: { ...pageFacts(), ...properties } });
  begin();
};
const reset = () => {
  const { analytics, marketing } = memory;
  leave();
  memory = { ...nobody(), analytics, marketing, id: mayKeep() ? uuid() : "" };
  token = who = "";
  forget();
  keep();
};
