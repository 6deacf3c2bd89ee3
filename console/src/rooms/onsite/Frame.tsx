// A frame of nobody's origin in which the shop's own snippet draws a piece that it is given by a message.
import { useElementSize } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import type { Piece } from "./api";
import classes from "./onsite.module.css";

const SIZES = { desktop: [900, 620], phone: [375, 667] } as const;

interface Props {
  piece: Piece | undefined;
  phone: boolean;
  /** It can be clicked and typed into; else it is a picture, and takes no focus while one types. */
  tried: boolean;
  /** Another number draws it anew. */
  round: number;
  title: string;
}

export function Frame({ piece, phone, tried, round, title }: Props) {
  const frame = useRef<HTMLIFrameElement>(null);
  const last = useRef<Piece | undefined>(undefined);
  const box = useElementSize();
  const [ready, setReady] = useState(false);
  useEffect(() => {
    const hear = (event: MessageEvent) => {
      if (!frame.current || event.source !== frame.current.contentWindow) return;
      const said = event.data as { kervan?: string };
      if (said.kervan === "ready") setReady(true);
      if (said.kervan === "drawn") frame.current.dataset["drawn"] = "";
    };
    window.addEventListener("message", hear);
    return () => window.removeEventListener("message", hear);
  }, []);
  useEffect(() => {
    // Its origin is nobody's, so no other can be named; what goes there is what is shown anyway.
    if (!ready || !piece) return;
    // What changes while one types is drawn still, without taking the focus.
    const same = last.current === piece;
    last.current = piece;
    frame.current?.contentWindow?.postMessage({ piece, tried: tried && same }, "*");
  }, [ready, piece, round, tried]);
  const [width, height] = SIZES[phone ? "phone" : "desktop"];
  const scale = box.width ? Math.min(1, box.width / width) : 1;
  return (
    <div ref={box.ref} className={classes.frame} style={{ height: height * scale }}>
      <iframe
        ref={frame}
        src="/onsite-frame"
        sandbox="allow-scripts"
        title={title}
        inert={!tried}
        style={{
          width,
          height,
          transform: `scale(${scale})`,
          marginLeft: Math.max(0, (box.width - width * scale) / 2),
        }}
      />
    </div>
  );
}
