// Tabs tell each other when somebody has signed in again or has gone.
const channel = new BroadcastChannel("kervan.session");

export function tellSignedIn(): void {
  channel.postMessage("in");
}

export function onSignedIn(act: () => void): () => void {
  const hear = (event: MessageEvent) => {
    if (event.data === "in") act();
  };
  channel.addEventListener("message", hear);
  return () => channel.removeEventListener("message", hear);
}

/** End the session as the server's own form does; it leads to the way in. */
export function signOut(): void {
  const form = document.createElement("form");
  form.method = "post";
  form.action = "/sign-out";
  document.body.append(form);
  form.submit();
}
