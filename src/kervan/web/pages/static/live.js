// Keeps the live page fresh: asks for the moving parts each second and replaces what has changed.
"use strict";
(() => {
  const parts = document.getElementById("parts");
  const connection = document.getElementById("connection");
  const PERIOD_MS = 1000;
  const SLOWEST_MS = 10000;
  let failures = 0;
  // A mail stays long enough to be read, however many come.
  const MAIL_MS = 6000;
  let chosenMail = false;
  let mailShownAt = Date.now();

  // Whoever picks a mail keeps it; until then the latest one is shown.
  parts.addEventListener("click", (event) => {
    if (event.target.closest('a[target="mail"]')) {
      chosenMail = true;
    }
  });

  function keepsMail() {
    return chosenMail || Date.now() - mailShownAt < MAIL_MS;
  }

  function replace(fresh) {
    const seen = new Set();
    for (const part of fresh.querySelectorAll("[data-part]")) {
      const name = part.dataset.part;
      seen.add(name);
      const old = parts.querySelector(`[data-part="${CSS.escape(name)}"]`);
      if (!old) {
        parts.append(part);
      } else if (name === "mail-shown" && old.querySelector("iframe") && keepsMail()) {
        continue;
      } else if (old.innerHTML !== part.innerHTML) {
        // The reader's place must survive: same link, same focus.
        const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
        old.replaceChildren(...part.childNodes);
        if (name === "mail-shown") {
          mailShownAt = Date.now();
        }
        if (focused) {
          document.getElementById(focused)?.focus({ preventScroll: true });
        }
      }
    }
    for (const old of parts.querySelectorAll("[data-part]")) {
      if (!seen.has(old.dataset.part)) {
        old.remove();
      }
    }
  }

  async function refresh() {
    if (document.hidden) {
      return PERIOD_MS;
    }
    try {
      const answer = await fetch(`/live/parts?lang=${document.documentElement.lang}`);
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      const text = await answer.text();
      replace(new DOMParser().parseFromString(text, "text/html"));
      if (failures) {
        connection.textContent = connection.dataset.back;
        connection.classList.remove("lost");
        failures = 0;
      }
      return PERIOD_MS;
    } catch {
      failures += 1;
      // One lost answer is nothing; a second one the reader should know of.
      if (failures === 2) {
        connection.textContent = connection.dataset.lost;
        connection.classList.add("lost");
      }
      return Math.min(SLOWEST_MS, PERIOD_MS * 2 ** Math.min(failures, 4));
    }
  }

  async function run() {
    for (;;) {
      const pause = await refresh();
      await new Promise((done) => setTimeout(done, pause));
    }
  }
  run();
})();
