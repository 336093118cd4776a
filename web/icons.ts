import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/** The drawing inside one Tabler icon, without its frame. */
function drawing(svg: string): string {
  return svg
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/^[\s\S]*?<svg[^>]*>/, "")
    .replace(/<\/svg>\s*$/, "")
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** One symbol per name in use; `names` maps what a page asks for to a Tabler icon ("filled/…" for the filled set). */
export function sprite(names: Record<string, string>, folder: string): string {
  const symbols = Object.entries(names).map(([name, source]) => {
    const filled = source.startsWith("filled/");
    const svg = readFileSync(join(folder, filled ? `${source}.svg` : `outline/${source}.svg`), "utf8");
    const paint = filled
      ? 'fill="currentColor"'
      : 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
    return `<symbol id="${name}" viewBox="0 0 24 24" ${paint}>${drawing(svg)}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

/** Writes the icons named in `list` as one hashed sprite, and puts it into the manifest as "icons.svg". */
export function iconSprite(list: string): Plugin {
  const here = import.meta.dirname;
  return {
    name: "anlan-icons",
    apply: "build",
    buildStart() {
      const names = JSON.parse(readFileSync(join(here, list), "utf8")) as Record<string, string>;
      const folder = join(here, "node_modules/@tabler/icons/icons");
      this.addWatchFile(join(here, list));
      this.emitFile({ type: "asset", name: "icons.svg", originalFileName: "icons.svg", source: sprite(names, folder) });
    },
  };
}
