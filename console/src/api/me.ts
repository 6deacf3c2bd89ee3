// Who is at the desk: her rights, and the workspace she works in.
import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { api, take } from "./client";
import type { components } from "./schema";

export type Me = components["schemas"]["Me"];

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async () => take(await api.GET("/v1/me")),
  staleTime: Infinity,
});

export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}

/** Whether the reader has a right of roles.toml. */
export function useMay(right: string): boolean {
  return useMe().rights.includes(right);
}
