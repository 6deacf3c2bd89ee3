// Where we come from, whom we speak for, and what may be kept.
const script = document.currentScript;
const setting = (name) => script?.dataset[name] || "";
const host = setting("host") || (script ? new URL(script.src).origin : location.origin);
const key = setting("key");
const language = (setting("language") || document.documentElement.lang || navigator.language || "en")
  .slice(0, 2).toLowerCase();
const PLACE = "kervan";
const DAY = 864e5;
const now = () => Date.now();
// crypto.randomUUID is for secure pages only; a shop may still have one that is not.
const uuid = () => crypto.randomUUID ? crypto.randomUUID() :
  [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
const quietly = (work) => { try { return work(); } catch { return undefined; } };

// `said` is false until the visitor has been asked; what is remembered until then dies with the page.
let said = false;
const nobody = () => ({ id: "", user: "", pages: 0, seen: {}, left: [], analytics: false, marketing: false });
let memory = nobody();
const here = uuid();
const mayKeep = () => memory.analytics || memory.marketing;
// A draft is looked at, by Kervan's signed link or in its console: then nothing is kept, nobody is
// told, and no rules are asked for. What came until the link was found wanting is done `later`.
const frame = setting("draw") === "frame";
const seal = frame ? "" : /[#&]kervan-preview=([\w-]+)/.exec(location.hash)?.[1];
let mute = frame || !!seal;
const later = [];
const keep = () => { if (mayKeep() && !mute) quietly(() => localStorage.setItem(PLACE, JSON.stringify(memory))); };
const me = () => memory.id || here;

// What lies there was put there with consent.
const kept = quietly(() => JSON.parse(localStorage.getItem(PLACE)));
if (kept?.id) {
  memory = { ...memory, ...kept };
  said = true;
}

const consent = (given) => {
  const before = mayKeep();
  memory.analytics = !!(given.analytics ?? memory.analytics);
  memory.marketing = !!(given.marketing ?? memory.marketing);
  said = true;
  if (mayKeep()) {
    memory.id ||= here;
    keep();
  } else {
    quietly(() => localStorage.removeItem(PLACE));
    memory = { ...nobody(), seen: memory.seen };
    if (before) queue.length = 0;
  }
  for (const [event, marketing] of held.splice(0)) send(event, marketing);
  look();
};
