import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// `npm run dev` serves the sources and asks a Kervan that runs beside it.
const kervan = "http://127.0.0.1:8000";

export default defineConfig({
  base: "/console/",
  plugins: [react()],
  // The web process puts a nonce of its own into each answer in the place of this word.
  html: { cspNonce: "KERVAN-NONCE" },
  resolve: { alias: { "~": new URL("./src", import.meta.url).pathname } },
  build: {
    outDir: "../src/kervan/web/console_dist",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
    manifest: "manifest.json",
  },
  server: {
    proxy: Object.fromEntries(
      ["/v1", "/static", "/sign-in", "/sign-out"].map((path) => [path, kervan]),
    ),
  },
});
