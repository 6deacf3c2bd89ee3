// Mantine's theme: our type, our accent, calm controls.
import { Badge, Drawer, Modal, createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

const accent: MantineColorsTuple = [
  "#eef3ff",
  "#e0e9fc",
  "#c0d0f6",
  "#9cb5ef",
  "#7c9ce8",
  "#5a80dc",
  "#416bd2",
  "#2f57c0",
  "#284ba6",
  "#213e8a",
];
const DRAWN = 200;
const font = '"Inter Variable", Inter, system-ui, sans-serif';

export const theme = createTheme({
  fontFamily: font,
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
  headings: { fontFamily: font, fontWeight: "650" },
  colors: { accent },
  primaryColor: "accent",
  primaryShade: { light: 7, dark: 7 },
  defaultRadius: "md",
  fontSizes: { xs: "11.5px", sm: "12.5px", md: "13.5px", lg: "15px", xl: "18px" },
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  components: {
    // Capitals shout, and İ and ı suffer.
    // A page has one banner; the heads of what lies over it are none.
    Drawer: Drawer.extend({ defaultProps: { attributes: { header: { role: "presentation" } } } }),
    Modal: Modal.extend({ defaultProps: { attributes: { header: { role: "presentation" } } } }),
    // Of thousands so many are drawn; typing finds the others.
    Select: { defaultProps: { limit: DRAWN } },
    MultiSelect: { defaultProps: { limit: DRAWN } },
    Autocomplete: { defaultProps: { limit: DRAWN } },
    TagsInput: { defaultProps: { limit: DRAWN } },
    Badge: Badge.extend({ defaultProps: { tt: "none", radius: "sm" } }),
  },
});

export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "var(--k-card)",
    "--mantine-color-text": "var(--k-text)",
    "--mantine-color-dimmed": "var(--k-quiet)",
    "--mantine-color-placeholder": "#636d7e",
    "--mantine-color-default-border": "var(--k-line-strong)",
    "--mantine-color-anchor": "var(--k-accent-text)",
  },
  dark: {
    "--mantine-color-body": "var(--k-card)",
    "--mantine-color-text": "var(--k-text)",
    "--mantine-color-dimmed": "var(--k-quiet)",
    "--mantine-color-placeholder": "#98a3b4",
    "--mantine-color-default-border": "var(--k-line-strong)",
    "--mantine-color-anchor": "var(--k-accent-text)",
  },
});
