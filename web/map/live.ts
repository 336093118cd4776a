// What colleagues do meanwhile: by the stream where there is one, else when the page is looked at again. Only the layers
// whose cases were touched are fetched anew, and many deeds at once cost one fetch.
import type { Life } from "../lib/life.ts";
import { hear } from "../lib/stream.ts";
import type { LayerTold } from "./told.ts";

const APART = 2_000;
/** Counts of far zooms are kept by a follower, which may be some seconds behind what is sealed. */
const SETTLED = 10_000;

/** The layers whose things a deed on a case of this kind may have moved; without a kind, all. */
export function touchedBy(layers: LayerTold[], kind?: string): string[] {
  return layers.filter((layer) => kind === undefined || layer.kind === kind || layer.place === kind).map((layer) => layer.id);
}

/** `renew` is told which layers; at most once in two seconds, and once more when the counts have followed. */
export function live(life: Life, layers: LayerTold[], renew: (ids: string[]) => void): void {
  const waiting = new Set<string>();
  const unsure = new Set<string>();
  let due: (() => void) | undefined;
  let again: (() => void) | undefined;
  const settle = () => {
    again = undefined;
    renew([...unsure]);
    unsure.clear();
  };
  const work = () => {
    due = undefined;
    for (const id of waiting) unsure.add(id);
    renew([...waiting]);
    waiting.clear();
    again?.();
    again = life.after(SETTLED, settle);
  };
  const touch = (kind?: string) => {
    const ids = touchedBy(layers, kind);
    if (!ids.length) return;
    for (const id of ids) waiting.add(id);
    due ??= life.after(APART, work);
  };
  life.on(document, "visibilitychange", () => {
    if (!document.hidden) touch();
  });
  hear("anlan:sealed", ({ kind }) => touch(kind), life.signal);
}
