import { globSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { iconSprite } from "./icons.ts";
import { packed } from "./packed.ts";

// Every page script is an entry: main.ts for all pages, one file per island, the phone app when it exists.
const entries = globSync(["main.ts", "islands/*.ts", "field/main.ts"], { cwd: import.meta.dirname });

export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  publicDir: false,
  plugins: [iconSprite("icons.json"), packed()],
  css: { preprocessorOptions: { scss: { loadPaths: ["node_modules"], quietDeps: true } } },
  build: {
    outDir: "../src/anlan/static/built",
    emptyOutDir: true,
    manifest: "manifest.json",
    // The offices' browsers are years old in places; this lowers colour functions and CSS nesting.
    target: ["chrome100", "safari15.4", "firefox100"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: Object.fromEntries(entries.map((file) => [file.replace(/\.ts$/, "").replace("/", "-"), file])),
      output: {
        hashCharacters: "hex",
        entryFileNames: "[name].[hash:12].js",
        chunkFileNames: "[name].[hash:12].js",
        assetFileNames: "[name].[hash:12][extname]",
      },
    },
  },
  test: { environment: "happy-dom", include: ["tests/**/*.test.ts"] },
});
