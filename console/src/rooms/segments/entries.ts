// What somebody typed or brought as a file: one entry in each line, of a CSV the first column.

export interface Entry {
  /** Counted from one. */
  line: number;
  value: string;
}

/** Empty lines and what stands there twice are left out; quotes and a byte-order mark too. */
export function entriesOf(text: string): Entry[] {
  const known = new Set<string>();
  const found: Entry[] = [];
  text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\n|\r/)
    .forEach((raw, at) => {
      const value = first(raw).trim();
      if (!value || known.has(value)) return;
      known.add(value);
      found.push({ line: at + 1, value });
    });
  return found;
}

function first(line: string): string {
  const quoted = /^\s*"((?:[^"]|"")*)"/.exec(line);
  if (quoted) return (quoted[1] ?? "").replaceAll('""', '"');
  return /^[^,;\t]*/.exec(line)?.[0] ?? "";
}
