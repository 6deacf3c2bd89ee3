// Starts the console: style rules first, then the reader's words, then the page asked for.
import "./look/parts.css";
import "./look/inter.css";
import "./look/look.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { meQuery } from "./api/me";
import { queries } from "./api/queries";
import { showTimesIn } from "./fmt";
import { nonce, trustStyles } from "./look/trust";
import { theme, variables } from "./look/theme";
import { startSaying } from "./say/start";
import { takeWhatIsGiven } from "./shell/given";
import { makeRouter } from "./shell/router";

async function start(): Promise<void> {
  trustStyles();
  takeWhatIsGiven();
  // Asked for while the words load; where it fails the frame says so.
  const me = queries.fetchQuery(meQuery).then((known) => showTimesIn(known.timezone));
  await Promise.allSettled([startSaying(), me]);
  const root = document.getElementById("root");
  if (!root) return;
  createRoot(root).render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={variables}
        defaultColorScheme="auto"
        getStyleNonce={() => nonce}
      >
        <QueryClientProvider client={queries}>
          <RouterProvider router={makeRouter()} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}

void start();
