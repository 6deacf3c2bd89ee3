// What the tab of users asks of the server.
import { queryOptions } from "@tanstack/react-query";
import { api, take } from "~/api/client";
import type { components } from "~/api/schema";

export type User = components["schemas"]["kervan__web__api__users__User"];
type Change = components["schemas"]["kervan__web__api__users__Change"];

/** As roles.toml names them, who may most first. */
export const ROLES = [
  "owner", "marketer", "approver", "analyst", "agent", "store_staff", "developer",
  "privacy_officer",
] as const; // prettier-ignore

export const usersQuery = queryOptions({
  queryKey: ["users"],
  queryFn: async () => take(await api.GET("/v1/users")),
});

export const add = async (email: string, name: string, roles: string[]) =>
  take(await api.POST("/v1/users", { body: { email, name, roles } }));

/** Over the edition `match`; a Problem of 409 where somebody else changed her meanwhile. */
export const change = (user: string, body: Change, match: string) =>
  api.PATCH("/v1/users/{user}", {
    params: { path: { user }, header: { "if-match": match } },
    body,
  });

export const newLink = async (user: string) =>
  take(await api.POST("/v1/users/{user}/password-link", { params: { path: { user } } }));
