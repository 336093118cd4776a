// What the phone took along (GET /field/pack), and what is read out of it. No DOM.
import type { Item } from "./queue.ts";

export type Asked = { code: string; text: string; en: string; level: string; days: number; basis: string; pending: boolean };
export type Unit = {
  name: string; address: string; type: string; colour: string; lon: number | null; lat: number | null; gas: string; cylinders: number | null;
  storeys: number | null; exits: number | null; manager: string;
  last: { on: string; result: string; signer: string; answers: Record<string, string> } | null;
  hazards: { what: string; place: string; level: string; due_on: string | null; late: boolean }[];
};
export type Stop = { uid: string; turn: number; unit: string; state: string; result: string };
export type Shape = { type: string; coordinates: unknown };
export type Call = { uid: string; code: string; goal: string; priority: string; state: string; place: string; caller: string; due_at: string | null; meet_at: string | null; meet_place: string };
/** since: when its person agreed; null: she does not share where she is. */
export type PlaceRules = { since: string | null; every_s: number; minutes: number };
export type Pack = {
  person: string; title: string; post: string; day: string; language: string;
  rounds: { uid: string; name: string; day: string; visits: Stop[] }[];
  /** Units of the asker herself, each with the day of its last own inspection. */
  own?: { unit: string; last: string | null }[];
  units: Record<string, Unit>;
  handbook: { version: number; items: Asked[] } | null;
  place_types: { code: string; name: string; handbook: string[] }[];
  boundaries: { uid: string; name: string; level: number; shape: Shape }[];
  calls: Call[];
  phones: { name: string; phone: string }[];
  place?: PlaceRules;
  words: Record<"results" | "controls" | "levels" | "outcomes" | "colours" | "priorities", Record<string, string>>;
};

/** The days that have passed on the phone's clock since the pack was made, added to the pack's own day: a wrong clock does no harm. */
export function dayNow(packDay: string, fetchedAt: number, now: number): string {
  const passed = Math.floor((startOfDay(now) - startOfDay(fetchedAt)) / 86_400_000 + 0.5);
  const day = new Date(`${packDay}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + Math.max(0, passed));
  return day.toISOString().slice(0, 10);
}

function startOfDay(instant: number): number {
  return new Date(instant).setHours(0, 0, 0, 0);
}

export function stopsOf(pack: Pack, day: string): Stop[] {
  return pack.rounds.filter((round) => round.day === day).flatMap((round) => round.visits);
}

/** The handbook's items for a type of place, in the handbook's order; all of them where the type has none. */
export function itemsFor(pack: Pack, type: string): Asked[] {
  const items = pack.handbook?.items ?? [];
  const wanted = pack.place_types.find((place) => place.code === type)?.handbook ?? [];
  const found = items.filter((item) => wanted.includes(item.code.replace(/\d+$/, "")));
  return found.length ? found : items;
}

/** Units the phone itself has added and the pack does not know yet. */
export function unitsOf(pack: Pack, items: Item[]): Record<string, Unit> {
  const added = items.filter((i) => i.deed.kind === "premises" && i.mendedBy === undefined && !(i.deed.case in pack.units));
  return { ...Object.fromEntries(added.map((i) => [i.deed.case, unitAdded(i.deed.given)])), ...pack.units };
}

function unitAdded(given: Record<string, unknown>): Unit {
  const text = (name: string) => String(given[name] ?? "");
  return {
    name: text("name"), address: text("address"), type: text("place_type"), colour: "", lon: (given.lon as number | undefined) ?? null,
    lat: (given.lat as number | undefined) ?? null, gas: "", cylinders: null, storeys: null, exits: null, manager: "", last: null, hazards: [],
  };
}

/** The newest record of a case on this phone, those mended left out. */
export function newestOf(items: Item[], kind: string, uid: string): Item | undefined {
  return items.filter((i) => i.deed.kind === kind && i.deed.case === uid && i.mendedBy === undefined).sort((a, b) => b.n - a.n)[0];
}
