// How answers are kept: shown at once from before, asked for anew, tried again only where it helps.
import { QueryClient } from "@tanstack/react-query";
import { Problem } from "./client";

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      gcTime: 10 * 60_000,
      retry: (count, error) => count < 2 && !isFinal(error),
      networkMode: "always",
      throwOnError: false,
    },
    mutations: { networkMode: "always" },
  },
});

function isFinal(error: unknown): boolean {
  return error instanceof Problem && error.status !== 503;
}
