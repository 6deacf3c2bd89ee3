// What the tab of the system asks of the server.
import { queryOptions } from "@tanstack/react-query";
import { api, take } from "~/api/client";
import type { components } from "~/api/schema";

export type Machinery = components["schemas"]["System"];
export type Found = Machinery["found"][number];
export type Queue = Machinery["queues"][number];

export const systemQuery = queryOptions({
  queryKey: ["system"],
  queryFn: async () => take(await api.GET("/v1/system")),
  staleTime: 0,
});
