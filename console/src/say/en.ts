// All words of one language in one chunk, so that only the reader's own is loaded.
const files = import.meta.glob("./en/*.json", { eager: true, import: "default" });

export default files as Record<string, Record<string, unknown>>;
