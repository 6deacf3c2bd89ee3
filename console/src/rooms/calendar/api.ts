// What the calendar asks of the server, and how a broadcast is moved to another day.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, take } from "~/api/client";
import { queries } from "~/api/queries";
import type { components } from "~/api/schema";

type Schemas = components["schemas"];
export type Calendar = Schemas["Calendar"];
export type Sent = Schemas["kervan__web__api__calendar__Sent"];
export type Fires = Schemas["Fires"];

export const calendarQuery = (from: string, to: string, language: string) =>
  queryOptions({
    queryKey: ["calendar", from, to, language],
    queryFn: async ({ signal }) =>
      take(await api.GET("/v1/calendar", { params: { query: { from, to } }, signal })),
    placeholderData: keepPreviousData,
  });

/** Only what has not begun can be moved. */
export const isMovable = (one: Sent) => one.status === "draft" || one.status === "scheduled";

/**
 * The same time on another day, over the version that was seen: whoever comes second is told.
 *
 * The text is changed, so it is a draft from then on; `again` starts it for its new day.
 */
export async function move(one: Sent, day: string, again: boolean): Promise<void> {
  const path = { key: one.key };
  try {
    const whole = take(await api.GET("/v1/broadcasts/{key}", { params: { path } }));
    const body = { ...whole.definition, at: `${day}T${one.time}` };
    await api.PUT("/v1/broadcasts/{key}", {
      params: { path, header: { "if-match": `"${one.version}"` } },
      body: body as never,
    });
    if (again) await api.POST("/v1/broadcasts/{key}/start", { params: { path } });
  } finally {
    // Also where it failed: what is shown may be what the other one changed.
    await refresh();
  }
}

export async function refresh(): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: ["calendar"] }),
    queries.invalidateQueries({ queryKey: ["broadcasts"] }),
  ]);
}
