// What the media library asks of the server.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, Problem, take } from "~/api/client";
import { queries } from "~/api/queries";
import type { components } from "~/api/schema";
import { report } from "~/api/state";
import type { Locale } from "~/fmt";

export type Picture = components["schemas"]["Picture"];
export type Uploaded = components["schemas"]["Uploaded"];
export type Size = Picture["sizes"][number];

/** What is typed of a picture. */
export interface Texts {
  name: string;
  alt: Partial<Record<Locale, string>>;
  tags: string[];
}

const PIECE = 100;
/** As the server says it; a larger one need not be sent to be told. */
export const MOST_BYTES = 32 * 1024 * 1024;
export const TAKEN = "image/png,image/jpeg,image/gif,image/webp";
/** A mail is so wide, in points; good screens have two dots for each. */
export const MAIL_PX = 600;
/** More than this is slow on a phone. */
export const HEAVY_BYTES = 500_000;

export const listQuery = (typed: string, archived: boolean) =>
  infiniteQueryOptions({
    queryKey: ["media", "list", typed, archived],
    queryFn: async ({ pageParam, signal }) => {
      const before = pageParam ? { before: pageParam } : {};
      const query = { q: typed, archived, limit: PIECE, ...before };
      return take(await api.GET("/v1/media", { params: { query }, signal }));
    },
    initialPageParam: "",
    getNextPageParam: (last) => last.before ?? undefined,
    placeholderData: keepPreviousData,
  });

export const oneQuery = (id: string) =>
  queryOptions({
    queryKey: ["media", "one", id],
    queryFn: async () => take(await api.GET("/v1/media/{media}", at(id))),
  });

const at = (media: string) => ({ params: { path: { media } } });

export async function write(id: string, texts: Texts, match: string): Promise<Picture> {
  const params = { path: { media: id }, header: { "if-match": match } };
  return take(await api.PUT("/v1/media/{media}", { params, body: texts }));
}

export async function archive(id: string, archived: boolean): Promise<void> {
  if (archived) await api.POST("/v1/media/{media}/archive", at(id));
  else await api.POST("/v1/media/{media}/restore", at(id));
  await refresh();
}

export async function remove(id: string): Promise<void> {
  await api.DELETE("/v1/media/{media}", at(id));
  queries.removeQueries({ queryKey: ["media", "one", id] });
  await queries.invalidateQueries({ queryKey: ["media", "list"] });
}

export async function refresh(): Promise<void> {
  await queries.invalidateQueries({ queryKey: ["media"] });
}

/** Where this page itself may show it from: the address in mails may name another host. */
export function shownAt(size: Size): string {
  return new URL(size.url).pathname;
}

/** The width that is sharp where it is shown `points` wide. */
export function sizeFor(picture: Picture, points: number): Size {
  const fit = picture.sizes.find((one) => one.width >= 2 * points);
  return fit ?? (picture.sizes.at(-1) as Size);
}

/** Sends a file as it is, and says how much of it has gone; fetch could not. */
export function send(file: File, tell: (share: number) => void): Promise<Uploaded> {
  // Half a letter, as some systems have them in names, cannot be sent.
  const name = file.name.replace(/\p{Surrogate}/gu, "").slice(0, 300);
  return new Promise((done, fail) => {
    const call = new XMLHttpRequest();
    call.open("POST", `/v1/media?name=${encodeURIComponent(name)}`);
    call.setRequestHeader("content-type", "application/octet-stream");
    call.responseType = "json";
    call.upload.onprogress = (event) => tell(event.loaded / (event.total || 1));
    call.onerror = () => {
      report("offline");
      fail(new Problem(0, "offline", ""));
    };
    call.onload = () => {
      report(call.status === 401 ? "signed-out" : "online");
      if (call.status < 300) return done(call.response as Uploaded);
      const said = (call.response as { error?: { code: string; message: string } } | null)?.error;
      fail(new Problem(call.status, said?.code ?? `http.${call.status}`, said?.message ?? ""));
    };
    call.send(file);
  });
}
