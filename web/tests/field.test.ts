import { expect, test } from "vitest";
import { answer, faultsOf, givenOf, newDraft, photosOf, reopened, type Draft } from "../field/draft.ts";
import { dayNow, itemsFor, newestOf, unitsOf, type Asked, type Pack } from "../field/pack.ts";
import type { Item } from "../field/queue.ts";
import { draw, ringsOf } from "../field/sketch.ts";
import { endingOf, kindToRecord, minutes } from "../field/voice.ts";

const item = (code: string, level = "general", days = 3): Asked => ({ code, text: code, en: code, level, days, basis: "", pending: false });
const ITEMS = [item("CY01"), item("CY02", "major", 0)];
let count = 0;
const id = () => `id${(count += 1)}`;
const begun = (): Draft => newDraft("v", "finish", "u", new Date("2021-06-01T01:00:00Z"));

test("a hazard opens a find once, and taken back the find goes", () => {
  const twice = answer(answer(begun(), "CY01", "hazard", id), "CY01", "hazard", id);
  expect(twice.finds.map((find) => find.item)).toEqual(["CY01"]);
  expect(answer(twice, "CY01", "ok", id)).toMatchObject({ answers: { CY01: "ok" }, finds: [] });
});

test("nothing that Anlan knows is sent, and nothing empty", () => {
  const draft = answer(begun(), "CY01", "hazard", () => "x");
  draft.finds = draft.finds.map((find) => ({ ...find, level: "general", days: 3, before: ["a"] }));
  expect(givenOf(draft, ITEMS, "fixed")).toEqual({
    result: "hazards", answers: { CY01: "hazard" }, arrived_at: "2021-06-01T01:00:00.000Z", finds: [{ uid: "x", matter: "x", item: "CY01", before: ["a"] }] });
  expect(givenOf({ ...begun(), move: "drop_in", result: "closed" }, ITEMS, "")).toEqual({ result: "closed", arrived_at: "2021-06-01T01:00:00.000Z", premises: "u" });
});

test("what Anlan would refuse is said before it is sent", () => {
  const two = answer(answer(begun(), "CY01", "hazard", id), "CY02", "hazard", id);
  two.finds = two.finds.map((find) => ({ ...find, before: ["a"], after: find.item === "CY01" ? ["b"] : [], level: "" }));
  expect(faultsOf(two, ITEMS).map((f) => [f.key, f.n])).toEqual([["faultFixed", 1], ["faultControl", 2]]);
  const right = { ...two, signature: "s", finds: two.finds.map((find) => ({ ...find, control: "stop" })) };
  expect(faultsOf(right, ITEMS)).toEqual([]);
  expect(photosOf(right)).toEqual(["a", "b", "s"]);
  expect(faultsOf({ ...right, finds: right.finds.map((find) => ({ ...find, level: "major" })) }, ITEMS).map((f) => f.key)).toEqual(["faultLevel", "faultMajorFixed"]);
  expect(faultsOf({ ...begun(), result: "refused" }, ITEMS).map((f) => f.key)).toEqual(["faultReason"]);
});

test("a hazard that is told instead of written needs no word, and its note is sent as photos are", () => {
  const bare = { ...begun(), finds: [{ uid: "f", matter: "m", item: "", what: " ", place: "", level: "", days: null, reason: "", control: "", before: [], after: [] }] };
  expect(faultsOf(bare, ITEMS).map((f) => f.key)).toEqual(["faultWhat"]);
  const told = { ...bare, finds: bare.finds.map((find) => ({ ...find, voice: ["v"] })) };
  expect([faultsOf(told, ITEMS), photosOf(told), photosOf(bare)]).toEqual([[], ["v"], []]);
  expect(givenOf(told, ITEMS, "").finds).toEqual([{ uid: "f", matter: "m", what: " ", voice: ["v"] }]);
});

test("a file saved by hand has the ending of its bytes; what cannot record offers nothing", () => {
  const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
  expect(["\x1aE\xdf\xa3", "OggS", "\0\0\0\x18ftypiso5", "\xff\xd8\xff", "MZ"].map((text) => endingOf(bytes(text)))).toEqual(["webm", "ogg", "m4a", "jpg", "bin"]);
  expect([minutes(0), minutes(119), kindToRecord()]).toEqual(["0:00", "1:59", ""]);
});

test("a refused visit opens again as it was", () => {
  const draft = { ...answer(begun(), "CY01", "hazard", id), signer: "陈某", signature: "s", lon: 1, lat: 2, accuracy_m: 3 };
  const sent = { n: 7, at: "2021-06-01T02:00:00Z", deed: { kind: "visit", move: "finish", case: "v", post: "p", given: givenOf(draft, ITEMS, "f"), parents: [] } } as unknown as Item;
  expect(reopened(sent, "u")).toEqual({ ...draft, mends: 7 });
});

test("the day goes on with the phone's clock, also with one set wrong, and never back", () => {
  const fetched = new Date(2031, 4, 9, 23, 30).getTime();
  const hour = 3_600_000;
  expect([0, 1, 26, -50].map((hours) => dayNow("2021-06-30", fetched, fetched + hours * hour))).toEqual(["2021-06-30", "2021-07-01", "2021-07-02", "2021-06-30"]);
});

test("items follow the type of place, all of them where the type has none", () => {
  const pack = { handbook: { version: 1, items: [item("CY01"), item("XF01")] }, place_types: [{ code: "restaurant", name: "", handbook: ["CY"] }] } as unknown as Pack;
  expect(itemsFor(pack, "restaurant").map((i) => i.code)).toEqual(["CY01"]);
  expect(itemsFor(pack, "other").map((i) => i.code)).toEqual(["CY01", "XF01"]);
});

test("a shop added on the phone is a unit until the pack knows it, and a mended record counts no more", () => {
  const shop = (n: number, name: string, mendedBy?: number) => ({ n, mendedBy, state: "kept", deed: { kind: "premises", case: "s", given: { name } } }) as unknown as Item;
  const items = [shop(1, "旧", 2), shop(2, "新")];
  expect(unitsOf({ units: {} } as unknown as Pack, items).s?.name).toBe("新");
  expect(newestOf(items, "premises", "s")?.n).toBe(2);
});

test("the sketch keeps north up, east right and every stop inside", () => {
  const { dots, lines } = draw([{ name: "g", shape: { type: "Polygon", coordinates: [[[0, 0], [1, 0], [1, 1], [0, 0]]] } }], [[114.31, 30.54], [114.32, 30.55]], 300);
  expect(dots[1]!.x).toBeGreaterThan(dots[0]!.x);
  expect(dots[1]!.y).toBeLessThan(dots[0]!.y);
  expect(dots.flatMap(({ x, y }) => [x, y]).filter((v) => v < 0 || v > 300)).toEqual([]);
  expect(lines[0]!.d).toMatch(/^M.*Z$/);
  expect(ringsOf({ type: "Point", coordinates: [] })).toEqual([]);
});
