// What the server tells of the map, and what stands in the address: the address is the state.

export type LayerTold = {
  id: string; label: string; slug: string; kind: string; place: string; shape: string; signs: [string, string, string][];
  families: [string, string, boolean][]; byState: boolean; extent: boolean; daily: boolean; limits: boolean; aside?: number; from: number; figure: string; shown: boolean;
};
export type Told = {
  layers: LayerTold[]; bounds: [number, number, number, number]; today: string; first: string; generated: boolean;
  outer: { tiles: string; datum: string; credit: string } | null; urls: Record<string, string>; words: Record<string, string>;
};

/** The conditions of one layer by name: state, level, age and column filters. */
export type Conditions = Record<string, string>;

export type State = {
  center?: [number, number]; zoom?: number; layers: string[]; conditions: Record<string, Conditions>; heat: string[];
  on: string; vs: string; indicator: string; by: string; at: string;
};

export function readTold(): Told {
  return JSON.parse(document.getElementById("map-told")?.textContent ?? "{}") as Told;
}

function numbers(text: string | null, count: number): number[] | undefined {
  const found = (text ?? "").split(",").map(Number);
  return text && found.length === count && found.every(Number.isFinite) ? found : undefined;
}

export function readState(search: string, told: Told): State {
  const asked = new URLSearchParams(search);
  const known = new Set(told.layers.map((layer) => layer.id));
  const conditions: Record<string, Conditions> = {};
  for (const [name, value] of asked) {
    const [layer, word] = [name.slice(0, name.indexOf(".")), name.slice(name.indexOf(".") + 1)];
    if (name.includes(".") && known.has(layer)) (conditions[layer] ??= {})[word] = value;
  }
  const list = (name: string) => (asked.get(name) ?? "").split(",").filter((id) => known.has(id));
  return {
    center: numbers(asked.get("c"), 2) as [number, number] | undefined, zoom: numbers(asked.get("z"), 1)?.[0],
    layers: asked.has("layers") ? list("layers") : told.layers.filter((layer) => layer.shown).map((layer) => layer.id),
    conditions, heat: list("heat"), on: asked.get("on") ?? "", vs: asked.get("vs") ?? "", indicator: asked.get("colour") ?? "",
    by: asked.get("by") ?? "1", at: asked.get("at") ?? "",
  };
}

export function addressOf(state: State): string {
  const words = new URLSearchParams();
  if (state.center && state.zoom !== undefined) {
    words.set("c", state.center.map((degree) => degree.toFixed(5)).join(","));
    words.set("z", state.zoom.toFixed(2));
  }
  words.set("layers", state.layers.join(","));
  for (const [layer, held] of Object.entries(state.conditions)) {
    for (const [name, value] of Object.entries(held)) if (value) words.set(`${layer}.${name}`, value);
  }
  const rest: [string, string][] = [["heat", state.heat.join(",")], ["on", state.on], ["vs", state.vs], ["colour", state.indicator],
    ["by", state.indicator ? state.by : ""], ["at", state.at]];
  for (const [name, value] of rest) if (value) words.set(name, value);
  return `?${words.toString().replaceAll("%2C", ",").replaceAll("%3A", ":")}`;
}

/** The words of one layer for its tiles. */
export function wordsOf(state: State, layer: string, on = state.on): string {
  const words = new URLSearchParams(state.conditions[layer] ?? {});
  if (on) words.set("on", on);
  return words.toString();
}

/** The words of all layers shown, for table and distances. */
export function wordsOfAll(state: State): Record<string, string> {
  const words: Record<string, string> = { layers: state.layers.join(",") };
  if (state.on) words.on = state.on;
  for (const layer of state.layers) {
    for (const [name, value] of Object.entries(state.conditions[layer] ?? {})) if (value) words[`${layer}.${name}`] = value;
  }
  return words;
}

/** The indicator that counts the first of these layers that has one. */
export function overFigure(told: Told, layers: string[]): string {
  return told.layers.find((layer) => layers.includes(layer.id) && layer.figure)?.figure ?? "";
}
