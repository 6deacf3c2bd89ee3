// The one way to the server: typed calls, errors as sentences of the server's, and who is told.
import createClient from "openapi-fetch";
import { hearTime } from "./clock";
import type { paths } from "./schema";
import { report } from "./state";

/** What went wrong, as the server says it in the reader's language. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    /** "web.not_allowed"; "offline" where no answer came. */
    readonly code: string,
    message: string,
    /** Of a text that is not valid: where, and what. */
    readonly problems: { path: string; code: string; message: string; line?: number }[] = [],
  ) {
    super(message);
  }
}

const client = createClient<paths>({
  baseUrl: "/",
  fetch: async (request: Request) => {
    let answer: Response;
    try {
      // Read to its end: a server that falls amid an answer is as far away as one that gives none.
      const begun = await fetch(request);
      const body = await begun.arrayBuffer();
      answer = new Response(body.byteLength ? body : null, begun);
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") throw error;
      report("offline");
      throw new Problem(0, "offline", "");
    }
    hearTime(answer);
    report(answer.status === 401 ? "signed-out" : "online");
    if (!answer.ok) throw await problemOf(answer);
    return answer;
  },
});

async function problemOf(answer: Response): Promise<Problem> {
  try {
    const { error } = (await answer.json()) as {
      error: { code: string; message: string; problems?: Problem["problems"] };
    };
    return new Problem(answer.status, error.code, error.message, error.problems);
  } catch {
    return new Problem(answer.status, `http.${answer.status}`, "");
  }
}

/** The answer of a call that did not fail; calls throw a Problem when they do. */
export function take<T>(answer: { data?: T }): T {
  return answer.data as T;
}

export const api = client;
