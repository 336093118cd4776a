// A unit's own inspection as it is told. No DOM.
import type { Answer } from "./draft.ts";

export type SelfCheck = { uid: string; answers: Record<string, Answer>; notes: Record<string, string>; other: string; photos: string[]; name: string };

/** Whether Anlan would refuse it: nothing looked at, or nobody named. */
export function selfMissing(held: SelfCheck): boolean {
  return !held.name.trim() || !(Object.keys(held.answers).length || held.other.trim());
}

/** The input of `record`: a problem for each item that is not right, and for what stands in no handbook. */
export function selfGiven(held: SelfCheck, unit: string): Record<string, unknown> {
  const found = Object.entries(held.answers).filter(([, said]) => said === "hazard").map(([item]) => ({ item, what: (held.notes[item] ?? "").trim() }));
  const problems = [...found, ...(held.other.trim() ? [{ item: "", what: held.other.trim() }] : [])];
  return { premises: unit, inspector_name: held.name.trim(), answers: held.answers, ...(problems.length ? { problems } : {}), ...(held.photos.length ? { photos: held.photos } : {}) };
}
