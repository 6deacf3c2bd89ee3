// The lines that two texts share, and those that one of them has alone.
export interface Line {
  sign: " " | "-" | "+";
  text: string;
}

const MOST_CELLS = 4_000_000;

export function diff(before: string, after: string): Line[] {
  const old = before.split("\n");
  const now = after.split("\n");
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  const most = Math.min(old.length, now.length) - head;
  while (tail < most && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  const same = (text: string): Line => ({ sign: " ", text });
  return [
    ...old.slice(0, head).map(same),
    ...between(old.slice(head, old.length - tail), now.slice(head, now.length - tail)),
    ...old.slice(old.length - tail).map(same),
  ];
}

/** By the longest common run of lines; texts that differ in too many lines are shown one by one. */
function between(old: string[], now: string[]): Line[] {
  if (old.length * now.length > MOST_CELLS) return [...all("-", old), ...all("+", now)];
  const width = now.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      common[i * width + j] =
        old[i] === now[j]
          ? (common[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0);
  const lines: Line[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length && j < now.length) {
    const text = old[i] ?? "";
    if (text === now[j]) {
      lines.push({ sign: " ", text });
      i += 1;
      j += 1;
    } else if ((common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0)) {
      lines.push({ sign: "-", text });
      i += 1;
    } else {
      lines.push({ sign: "+", text: now[j] ?? "" });
      j += 1;
    }
  }
  return [...lines, ...all("-", old.slice(i)), ...all("+", now.slice(j))];
}

function all(sign: Line["sign"], texts: string[]): Line[] {
  return texts.map((text) => ({ sign, text }));
}
