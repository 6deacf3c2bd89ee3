/*! kervan-sw.js | Apache-2.0 | Shows what Kervan pushes to a browser, opens what is tapped. */
"use strict";
(() => {
  // A way to a page, never a scheme that runs.
  const page = (url) => {
    try {
      const found = new URL(url, self.location.origin);
      return /^https?:$/.test(found.protocol) ? found.href : undefined;
    } catch {
      return undefined;
    }
  };
  const told = (event) => {
    try {
      return event.data.json() ?? {};
    } catch {
      return {};
    }
  };
  self.addEventListener("push", (event) => {
    const { id, title, body, url, image, icon, tag, lang, data } = told(event);
    // What has no id of ours is for the shop's own listeners.
    if (typeof id !== "string" || !(title || body)) return;
    const facts = { data: { kervan: id, url: page(url || "/"), ...(data && { data }) } };
    const more = { body: title ? body : "", tag, lang, icon: icon && page(icon), image: image && page(image) };
    for (const name in more) if (more[name]) facts[name] = more[name];
    event.waitUntil(self.registration.showNotification(title || body, facts));
  });
  const open = async (url) => {
    const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const there = pages.find((one) => one.url === url);
    return there ? there.focus() : self.clients.openWindow(url);
  };
  self.addEventListener("notificationclick", (event) => {
    const { kervan, url } = event.notification.data || {};
    if (!kervan) return;
    event.notification.close();
    if (url) event.waitUntil(open(url));
  });
})();
