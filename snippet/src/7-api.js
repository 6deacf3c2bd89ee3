// What the shop's own script may call, and what it called before we were there.
const on = (name, work) => {
  (listeners[name] ||= []).push(work);
};
// Its secret stays with the shop's server: what that signed proves who is here.
const verify = (identity) => {
  if (mute) return void later.push(() => verify(identity));
  const named = quietly(() => JSON.parse(new TextDecoder().decode(bytes(identity.split(".")[1]))).sub) || "";
  if (named !== who) forget();
  // A token made anew may be let in where the old one was over.
  for (const one in asked) if (!asked[one]) delete asked[one];
  token = identity;
  who = named;
  inbox();
  look();
};
// Asks for permission, so only ever after a tap.
const subscribe = async ({ worker = "/kervan-push.js" } = {}) => {
  if (!rules?.push || !navigator.serviceWorker) return false;
  if (await Notification.requestPermission() !== "granted") return false;
  const registered = await navigator.serviceWorker.register(typeof trustedTypes === "undefined" ? worker : address(worker));
  await navigator.serviceWorker.ready;
  const made = await registered.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(rules.push) });
  track("Push Allowed", {}, { marketing: true, asked: true, context: { device: { type: "web", token: JSON.stringify(made) } } });
  return true;
};
// A worker's address is a script to Trusted Types; ours is a path of the page's own site.
let policy;
const address = (path) => {
  policy ||= trustedTypes.createPolicy("kervan", {
    createScriptURL: (url) => {
      if (new URL(url, location.href).origin !== location.origin) throw TypeError(url);
      return url;
    },
  });
  return policy.createScriptURL(path);
};
const api = {
  consent, track, identify, page, group, reset, verify, on, subscribe, version: VERSION,
  basket: (value) => { basket = +value || 0; look(); },
  inbox: { list, read, archive, follow },
  push: ([name, ...facts]) => quietly(() => api[name](...facts)),
};
const waiting = window.kervan;
window.kervan = api;
const called = () => { if (Array.isArray(waiting)) waiting.forEach(api.push); };
const start = () => {
  if (memory.left.length) {
    queue.push(...memory.left.splice(0));
    fly(0);
  }
  if (setting("page") !== "off") page();
  else memory.pages += 1;
  called();
  load();
};
if (frame) api.draw = draw;
else if (seal) {
  peek().catch(() => {}).then((piece) => {
    if (piece) {
      called();
      display(piece);
      return emit("ready", { rules: false });
    }
    mute = false;
    start();
    later.splice(0).forEach((one) => one());
    keep();
  });
} else start();
if (document.readyState === "loading") addEventListener("DOMContentLoaded", () => { inbox(); look(); });
