// What the messages' pages ask of the server.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, Problem, take } from "~/api/client";
import { queries } from "~/api/queries";
import type { components } from "~/api/schema";
import type { Definition, Finding } from "./shape";

type Schemas = components["schemas"];
export type Listed = Schemas["kervan__web__api__messages__Listed"];
export type Whole = Schemas["kervan__web__api__messages__Whole"];
export type Planned = Schemas["kervan__web__api__messages__Planned"];
export type Shown = Schemas["kervan__web__api__messages__Shown"];
export type Proposal = Schemas["kervan__web__api__approvals__Whole"];
export type Waiting = Schemas["Waiting"];

const of = (key: string) => ({ params: { path: { key } } });
const FRESH_MS = 30_000;

export const listQuery = queryOptions({
  queryKey: ["messages", "list"],
  queryFn: async () => take(await api.GET("/v1/messages")),
});

/** The texts that wait for a second person. */
export const waitingQuery = queryOptions({
  queryKey: ["messages", "waiting"],
  queryFn: async () => {
    const found = take(await api.GET("/v1/approvals", { params: { query: { limit: 1000 } } }));
    return found.filter((one) => one.kind === "message");
  },
});

/** What is live under a key, and what waits to follow it; both null where there is nothing yet. */
export interface Base {
  live: Whole | null;
  proposal: Proposal | null;
}

export const baseQuery = (key: string) =>
  queryOptions({
    queryKey: ["messages", "of", key],
    queryFn: async (): Promise<Base> => {
      const [live, waiting] = await Promise.all([liveOf(key), queries.fetchQuery(waitingQuery)]);
      const mine = waiting.find((one) => one.key === key);
      const proposal = mine
        ? take(
            await api.GET("/v1/approvals/{proposal}", { params: { path: { proposal: mine.id } } }),
          )
        : null;
      return { live, proposal };
    },
  });

async function liveOf(key: string): Promise<Whole | null> {
  try {
    return take(await api.GET("/v1/messages/{key}", of(key)));
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}

export const versionsQuery = (key: string) =>
  queryOptions({
    queryKey: ["messages", "of", key, "versions"],
    queryFn: async () => take(await api.GET("/v1/messages/{key}/versions", of(key))),
  });

/** All remarks on a message that need not be saved, in the reader's language; errors first. */
export const checkedQuery = (asked: string, mayEdit: boolean, language: string) =>
  queryOptions({
    queryKey: ["messages", "checked", language, mayEdit, asked],
    queryFn: async ({ signal }) => {
      const message = JSON.parse(asked) as Definition;
      return mayEdit ? await planned(message, signal) : await linted(message, signal);
    },
    staleTime: FRESH_MS,
    gcTime: 60_000,
    retry: false,
    placeholderData: keepPreviousData,
  });

async function linted(message: Definition, signal: AbortSignal): Promise<Finding[]> {
  try {
    const body = { message: message as unknown as Record<string, unknown> };
    const found = take(await api.POST("/v1/messages/lint", { body, signal }));
    return found.findings.map((one) => ({ ...one, severity: one.severity as Finding["severity"] }));
  } catch (error) {
    return faults(error);
  }
}

/** What saving would say: only there are fallbacks and copied texts looked at too. */
async function planned(message: Definition, signal: AbortSignal): Promise<Finding[]> {
  const found = await linted(message, signal);
  if (!found.some((one) => one.severity === "error")) {
    try {
      const plan = take(await put(message, { plan: true, signal }));
      for (const one of plan.warnings) {
        if (!found.some((other) => other.path === one.path && other.message === one.message)) {
          found.push({ ...one, severity: "warning", line: 0 });
        }
      }
    } catch (error) {
      return faults(error);
    }
  }
  return found;
}

function faults(error: unknown): Finding[] {
  if (error instanceof Problem && error.problems.length) {
    return error.problems.map((one) => ({ ...one, line: one.line ?? 0, severity: "error" }));
  }
  throw error;
}

interface How {
  plan?: boolean;
  /** The version this began from, 0 for a new message. */
  from?: number;
  signal?: AbortSignal;
}

function put(message: Definition, { plan = false, from, signal }: How) {
  return api.PUT("/v1/messages/{key}", {
    params: {
      path: { key: message.key },
      query: { plan },
      ...(from === undefined ? {} : { header: { "if-match": `"${from}"` } }),
    },
    // The document names no shape here: the server reads the text itself, to tell all its places.
    body: message as never,
    ...(signal ? { signal } : {}),
  });
}

/** Saves over version `from`; a Problem `content.message_changed_meanwhile` if another is there. */
export async function save(message: Definition, from: number): Promise<Planned> {
  return take(await put(message, { from }));
}

/** For whom a preview is: a person by id, or somebody made up. */
export interface Reader {
  person: string;
  name: string;
}

/** One text as one person gets it; null where it cannot be read yet. */
export const shownQuery = (asked: string, reader: Reader, language: string) =>
  queryOptions({
    queryKey: ["messages", "shown", language, reader, asked],
    queryFn: async ({ signal }) => {
      const message = JSON.parse(asked) as Record<string, unknown>;
      const whom = reader.person
        ? { person: reader.person }
        : { scene: { person: reader.name ? { first_name: reader.name } : {} } };
      const body = { message, ...whom };
      const found = take(await api.POST("/v1/messages/preview", { body, signal }));
      return found[0] ?? null;
    },
    staleTime: FRESH_MS,
    gcTime: 60_000,
    retry: false,
    placeholderData: keepPreviousData,
  });

export const peopleQuery = (typed: string) =>
  queryOptions({
    queryKey: ["messages", "people", typed],
    queryFn: async ({ signal }) =>
      take(
        await api.GET("/v1/people/search", { params: { query: { q: typed, limit: 8 } }, signal }),
      ).people,
    enabled: typed.length > 1,
    placeholderData: keepPreviousData,
  });

export const seedsQuery = queryOptions({
  queryKey: ["messages", "seeds"],
  queryFn: async () => take(await api.GET("/v1/seeds")),
});

/** All that is known of messages is asked anew. */
export async function refresh(): Promise<void> {
  await queries.invalidateQueries({
    predicate: ({ queryKey: [room, what] }) =>
      room === "messages" && what !== "checked" && what !== "shown",
  });
}

/** Pieces that many messages share. */
export const sharedQuery = queryOptions({
  queryKey: ["messages", "shared"],
  queryFn: async () => {
    const found = take(await api.GET("/v1/messages/blocks"));
    return found.map((one) => ({ key: String(one.key), name: String(one.name) }));
  },
});

export const topicsQuery = queryOptions({
  queryKey: ["messages", "topics"],
  queryFn: async () => take(await api.GET("/v1/topics")),
});
