// A visit while it is being made: kept after every tap, turned into the input of the move. No DOM.
import type { Asked } from "./pack.ts";
import type { Deed, Item, Ref } from "./queue.ts";

export type Answer = "ok" | "na" | "hazard";
export type Find = {
  uid: string; matter: string; item: string; what: string; place: string; level: string; days: number | null; reason: string; control: string;
  before: string[]; after: string[]; voice?: string[];
};
/** rev: how often it was stored; another tab that stores it too is noticed by it. uid: of the visit. result: empty while it follows from the finds. mends: the count of the refused record this one is to replace. */
export type Draft = {
  uid: string; move: "finish" | "drop_in"; unit: string; parents: Ref[]; arrived_at: string; lon?: number; lat?: number; accuracy_m?: number;
  answers: Record<string, Answer>; finds: Find[]; result: "" | "closed" | "refused" | "gone"; reason: string; photos: string[]; signature: string;
  signer: string; mends?: number; rev?: number;
};
/** key: of the sentence; code and n say which item or which find it is about. */
export type Fault = { key: string; code: string; n: number };

export function newDraft(uid: string, move: Draft["move"], unit: string, at: Date, parents: Ref[] = []): Draft {
  return { uid, move, unit, parents, arrived_at: at.toISOString(), answers: {}, finds: [], result: "", reason: "", photos: [], signature: "", signer: "" };
}

export function newFind(item: string, newId: () => string): Find {
  return { uid: newId(), matter: newId(), item, what: "", place: "", level: "", days: null, reason: "", control: "", before: [], after: [], voice: [] };
}

/** One tap: the answer of an item. A hazard opens a find; taken back, the find goes. */
export function answer(draft: Draft, code: string, said: Answer, newId: () => string): Draft {
  const others = draft.finds.filter((find) => find.item !== code);
  const held = draft.finds.find((find) => find.item === code) ?? newFind(code, newId);
  return { ...draft, answers: { ...draft.answers, [code]: said }, finds: said === "hazard" ? [...others, held] : others };
}

export function levelOf(find: Find, items: Asked[]): string {
  return find.level || (items.find((item) => item.code === find.item)?.level ?? "general");
}

/** What Anlan would refuse, said before it is sent. */
export function faultsOf(draft: Draft, items: Asked[]): Fault[] {
  if (draft.result) return draft.result === "refused" && !draft.reason.trim() ? [{ key: "faultReason", code: "", n: 0 }] : [];
  return draft.finds.flatMap((find, place) => {
    const item = items.find((one) => one.code === find.item);
    const at = { code: find.item, n: place + 1 };
    const major = levelOf(find, items) === "major";
    const out: Fault[] = [];
    if (!find.item && !find.what.trim() && !find.voice?.length) out.push({ key: "faultWhat", ...at });
    if (major && !find.control) out.push({ key: "faultControl", ...at });
    if (item && find.level && find.level !== item.level && !find.reason.trim()) out.push({ key: "faultLevel", ...at });
    if (major && find.after.length) out.push({ key: "faultMajorFixed", ...at });
    if (!major && find.after.length && !(find.before.length && draft.signature)) out.push({ key: "faultFixed", ...at });
    return out;
  });
}

/** The input of `finish` or `drop_in`: nothing that Anlan knows, nothing that is empty. */
export function givenOf(draft: Draft, items: Asked[], fixedWords: string): Record<string, unknown> {
  const finds = draft.result ? [] : draft.finds;
  return slim({
    result: draft.result || (finds.length ? "hazards" : "normal"),
    answers: draft.result ? undefined : draft.answers,
    finds: finds.map((find) => findGiven(find, items, fixedWords)),
    reason: draft.reason.trim(), photos: draft.photos, signature: draft.signature ? [draft.signature] : [], signer: draft.signer.trim(),
    arrived_at: draft.arrived_at, lon: draft.lon, lat: draft.lat, accuracy_m: draft.accuracy_m,
    premises: draft.move === "drop_in" ? draft.unit : undefined,
  });
}

function findGiven(find: Find, items: Asked[], fixedWords: string): Record<string, unknown> {
  const item = items.find((one) => one.code === find.item);
  const { level, days, ...rest } = find;
  return slim({
    ...rest, level: level && level !== item?.level ? level : "", days: days === null || days === item?.days ? undefined : days,
    fixed: find.after.length ? fixedWords : "",
  });
}

function slim(given: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([, v]) => v !== undefined && v !== "" && !(Array.isArray(v) && !v.length)));
}

export function deedOf(draft: Draft, post: string, items: Asked[], fixedWords: string): Deed {
  return { kind: "visit", move: draft.move, case: draft.uid, post, given: givenOf(draft, items, fixedWords), parents: draft.parents, photos: photosOf(draft) };
}

export function photosOf(draft: Draft): string[] {
  return [...new Set([...draft.finds.flatMap((find) => [...find.before, ...find.after, ...(find.voice ?? [])]), ...draft.photos, ...(draft.signature ? [draft.signature] : [])])];
}

type Sent = Partial<Omit<Draft, "signature" | "result" | "finds">> & { result?: string; finds?: (Partial<Find> & { fixed?: string })[]; signature?: string[] };

/** A refused visit, open again as it was. */
export function reopened(item: Item, unit: string): Draft {
  const { result, finds, signature, premises: _unit, ...given } = item.deed.given as Sent & { premises?: string };
  return {
    ...newDraft(item.deed.case, item.deed.move as Draft["move"], unit, new Date(item.at), item.deed.parents), ...given,
    result: result === "closed" || result === "refused" || result === "gone" ? result : "",
    finds: (finds ?? []).map(({ fixed: _fixed, ...find }) => ({ ...newFind("", () => ""), ...find })),
    signature: signature?.[0] ?? "", mends: item.n,
  };
}
