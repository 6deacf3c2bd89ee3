// One stream of events for the whole tab: topics are asked for by whoever shows them.
//
// The browser reconnects by itself; while no topic is wanted the stream is closed. A change of
// topics opens a new stream a moment later, so that a page that asks for five opens one.
import { useEffect, useState } from "react";
import { api } from "./client";

const AGAIN_MS = 5_000;
type Hear = (data: unknown) => void;

const wanted = new Map<string, Set<Hear>>();
const latest = new Map<string, unknown>();
let source: EventSource | undefined;
let timer: number | undefined;

function reopen(): void {
  window.clearTimeout(timer);
  timer = window.setTimeout(() => {
    source?.close();
    source = undefined;
    if (!wanted.size || document.hidden) return;
    const topics = [...wanted.keys()].sort();
    source = new EventSource(`/v1/stream?topics=${encodeURIComponent(topics.join(","))}`);
    // The browser comes again by itself after a lost line, but not after a refusal.
    source.onerror = () => {
      if (source?.readyState !== EventSource.CLOSED) return;
      window.clearTimeout(timer);
      timer = window.setTimeout(() => void api.GET("/v1/me").then(reopen, reopen), AGAIN_MS);
    };
    for (const topic of topics) {
      source.addEventListener(topic, (event) => {
        const data: unknown = JSON.parse((event as MessageEvent<string>).data);
        latest.set(topic, data);
        wanted.get(topic)?.forEach((hear) => hear(data));
      });
    }
  }, 50);
}

// A tab that nobody sees asks for nothing.
document.addEventListener("visibilitychange", reopen);

/** The latest of a topic of /v1/stream, undefined until the first arrives. */
export function useLive<T>(topic: string | null): T | undefined {
  const [data, setData] = useState(topic === null ? undefined : latest.get(topic));
  useEffect(() => {
    if (topic === null) return;
    const hears = wanted.get(topic) ?? new Set();
    const isNew = !hears.size;
    wanted.set(topic, hears.add(setData));
    if (isNew) reopen();
    return () => {
      hears.delete(setData);
      if (hears.size) return;
      wanted.delete(topic);
      reopen();
    };
  }, [topic]);
  return data as T | undefined;
}
