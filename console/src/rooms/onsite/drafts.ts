// Campaigns that were begun in this browser and never saved.
import { begunOf, type Work as Begun } from "~/kit";
import type { Wanted } from "./shape";

export type Work = Begun<Wanted>;

export const { begin, keptOf, onlyHere } = begunOf<Wanted>("onsite");
