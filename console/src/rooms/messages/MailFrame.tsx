// A mail as it looks: in a frame that has no rights, is given the mail by a message, and says how tall.
import { useElementSize } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import classes from "./preview.module.css";

const DESKTOP_PX = 680;
const PHONE_PX = 375;
const LEAST_PX = 120;
const MOST_PX = 6_000;

interface Props {
  html: string;
  phone: boolean;
  dark: boolean;
  title: string;
}

export function MailFrame({ html, phone, dark, title }: Props) {
  const frame = useRef<HTMLIFrameElement>(null);
  const box = useElementSize();
  const [ready, setReady] = useState(false);
  const [height, setHeight] = useState(LEAST_PX);
  useEffect(() => {
    const hear = (event: MessageEvent) => {
      if (!frame.current || event.source !== frame.current.contentWindow) return;
      const said = event.data as { kervan?: string; height?: unknown };
      if (said.kervan === "ready") setReady(true);
      if (said.kervan === "mail" && typeof said.height === "number") {
        setHeight(Math.min(MOST_PX, Math.max(LEAST_PX, Math.ceil(said.height))));
      }
    };
    window.addEventListener("message", hear);
    return () => window.removeEventListener("message", hear);
  }, []);
  useEffect(() => {
    // Its origin is nobody's, so no other can be named; what goes there is what is shown anyway.
    if (ready) frame.current?.contentWindow?.postMessage({ html, dark }, "*");
  }, [ready, html, dark, phone]);
  const width = phone ? PHONE_PX : DESKTOP_PX;
  const scale = box.width ? Math.min(1, box.width / width) : 1;
  return (
    <div ref={box.ref} className={classes.mail} style={{ height: height * scale }}>
      <iframe
        ref={frame}
        src="/mail-frame"
        sandbox="allow-scripts"
        title={title}
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
