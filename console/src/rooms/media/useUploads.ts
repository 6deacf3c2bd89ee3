// Files on their way to the library: two at a time, each with its progress and its own error.
import { useEffect, useRef, useState } from "react";
import { MOST_BYTES, type Picture, refresh, send } from "./api";

export interface Upload {
  id: number;
  name: string;
  /** Sent so far, from 0 to 1. */
  share: number;
  state: "waiting" | "sending" | "done" | "known" | "large" | "failed";
  problem?: unknown;
  picture?: Picture;
}

export interface Uploads {
  list: Upload[];
  add: (files: Iterable<File>) => void;
  again: (id: number) => void;
  /** Take what has come to an end off the list. */
  clear: () => void;
}

const AT_ONCE = 2;
let last = 0;

export function useUploads(arrived?: (picture: Picture) => void): Uploads {
  const [list, setList] = useState<Upload[]>([]);
  const files = useRef(new Map<number, File>());
  const queue = useRef<number[]>([]);
  const going = useRef(0);
  const put = (id: number, part: Partial<Upload>) =>
    setList((before) => before.map((one) => (one.id === id ? { ...one, ...part } : one)));

  const run = async (id: number, file: File) => {
    put(id, { state: "sending", share: 0, problem: undefined });
    try {
      const found = await send(file, (share) => put(id, { share }));
      put(id, { state: found.new ? "done" : "known", share: 1, picture: found.picture });
      files.current.delete(id);
      await refresh();
      arrived?.(found.picture);
    } catch (problem) {
      put(id, { state: "failed", problem });
    }
  };
  const next = () => {
    while (going.current < AT_ONCE) {
      const id = queue.current.shift();
      const file = id === undefined ? undefined : files.current.get(id);
      if (id === undefined || !file) return;
      going.current += 1;
      void run(id, file).finally(() => {
        going.current -= 1;
        next();
      });
    }
  };
  const add = (given: Iterable<File>) => {
    const young = [...given].map((file): Upload => {
      const id = ++last;
      const fits = file.size <= MOST_BYTES;
      if (fits) {
        files.current.set(id, file);
        queue.current.push(id);
      }
      return { id, name: file.name, share: 0, state: fits ? "waiting" : "large" };
    });
    setList((before) => [...young, ...before]);
    next();
  };
  const again = (id: number) => {
    queue.current.push(id);
    put(id, { state: "waiting", share: 0 });
    next();
  };
  const busy = list.some(isUnderWay);
  useEffect(() => {
    if (!busy) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [busy]);
  return { list, add, again, clear: () => setList((before) => before.filter(isUnderWay)) };
}

export function isUnderWay(one: Upload): boolean {
  return one.state === "waiting" || one.state === "sending";
}
