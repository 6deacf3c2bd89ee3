// The words of each room; a room adds its own in its room.ts, so that no two share a file.
import type shell from "./en/shell.json";
import type kit from "./en/kit.json";

export interface Rooms {
  shell: typeof shell;
  kit: typeof kit;
}
