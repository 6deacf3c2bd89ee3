// What is asked of the server about the sample shop.
import { queryOptions } from "@tanstack/react-query";
import { api, take } from "~/api/client";
import type { components } from "~/api/schema";

export type Shop = components["schemas"]["Sample"];
export type Contents = components["schemas"]["Contents"];

export const sampleQuery = queryOptions({
  queryKey: ["start", "sample"],
  queryFn: async () => take(await api.GET("/v1/sample")),
});
