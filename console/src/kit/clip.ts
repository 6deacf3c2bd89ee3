// What was copied: on the clipboard as text, and kept here where the browser gives no clipboard.
export interface Clip {
  hold: (text: string) => void;
  held: () => string;
  /** By a button, where no key event brings the clipboard along. */
  give: (text: string) => Promise<void>;
}

/** The clip of one room: what it copies is pasted in it, also in another tab. */
export function clipOf(room: string): Clip {
  const place = `kervan.${room}.clip`;
  const hold = (text: string) => {
    try {
      localStorage.setItem(place, text);
    } catch {
      // A full or forbidden store: the clipboard still has it.
    }
  };
  const held = () => {
    try {
      return localStorage.getItem(place) ?? "";
    } catch {
      return "";
    }
  };
  const give = async (text: string) => {
    hold(text);
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // No right to it, or no secure connection: what is held here is pasted all the same.
    }
  };
  return { hold, held, give };
}
