import { expect, test } from "vitest";
import { areaAt, drawn, readable, touched, whole, zoomed, type Area } from "../lib/pick.ts";

const square = (name: string, level: number, west: number, south: number, side: number): Area => ({
  name, level, rings: [[[west, south], [west + side, south], [west + side, south + side], [west, south + side], [west, south]]] });
const AREAS = [square("东街", 1, 114.3, 30.5, 0.1), square("丹桂社区", 2, 114.3, 30.5, 0.05), square("青檀社区", 2, 114.35, 30.5, 0.05)];

test("what is touched is the place that is drawn there, near and far", () => {
  const all = whole(AREAS);
  for (const window of [all, zoomed(all, all, [114.31, 30.52], 9)]) {
    const [x, y] = drawn(window, 320, [114.31, 30.52]);
    const [lon, lat] = touched(window, 320, [x, y]);
    expect([lon.toFixed(9), lat.toFixed(9)]).toEqual(["114.310000000", "30.520000000"]);
  }
  const [west, north] = [drawn(all, 320, [114.3, 30.6]), drawn(all, 320, [114.4, 30.5])];
  expect([west[0] < north[0], west[1] < north[1]]).toEqual([true, true]);
});

test("all of the ground is inside the square, and one comes no closer than a house and no farther than all", () => {
  const all = whole(AREAS);
  expect(AREAS[0]?.rings[0]?.every((point) => drawn(all, 320, point).every((v) => v > 0 && v < 320))).toBe(true);
  expect(zoomed(zoomed(all, all, [114.31, 30.52], 1e9), all, [114.31, 30.52], 1).span).toBe(0.002);
  expect(zoomed(all, all, [114.31, 30.52], 1 / 3)).toEqual(all);
});

test("a point belongs to its community, else to the street, else to nobody; a hole is outside", () => {
  const holed: Area = { ...square("有洞", 2, 0, 0, 3), rings: [...square("", 2, 0, 0, 3).rings, ...square("", 2, 1, 1, 1).rings] };
  expect([areaAt(AREAS, [114.31, 30.52])?.name, areaAt(AREAS, [114.31, 30.58])?.name, areaAt(AREAS, [114.2, 30.58])?.name, areaAt([holed], [1.5, 1.5])?.name,
    areaAt([holed], [0.5, 0.5])?.name]).toEqual(["丹桂社区", "东街", undefined, undefined, "有洞"]);
});

test("names that would lie on one another or off the map are left out, the first given stay", () => {
  const at = (text: string, x: number, y: number) => ({ text, x, y });
  expect(readable([at("丹桂社区", 100, 100), at("青檀社区", 110, 104), at("东街", 100, 130), at("边上社区", 5, 200)], 320, 11).map((name) => name.text))
    .toEqual(["丹桂社区", "东街"]);
});
