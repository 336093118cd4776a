import { describe, expect, it, vi } from "vitest";
import type { Life } from "../lib/life.ts";
import { live, touchedBy } from "../map/live.ts";
import { areaOf, circle, lengthOf, metresBetween } from "../map/measure.ts";
import { onTiles, pattern, shiftOf, toBd, toGcj } from "../map/outer.ts";
import { addressOf, overFigure, readState, wordsOf, wordsOfAll, type LayerTold, type Told } from "../map/told.ts";

// As places.geometry.Plane and places.coordinates say, at these points.
const [EAST, NORTH] = [95_998.895, 110_860.924];
const GCJ = [114.31094488843175, 30.590390564305725] as const;
const BD = [114.3175126818268, 30.5960999257862] as const;
const told = {
  layers: [{ id: "premises", shown: true }, { id: "hazards", shown: true }, { id: "matters", shown: false }],
} as unknown as Told;

describe("the address", () => {
  it("is the state, there and back", () => {
    const address = "?c=114.30500,30.50500&z=16.00&layers=hazards,matters&hazards.level=major&hazards.age=30&heat=matters&on=2021-06-01"
      + "&vs=2020-06-01&colour=haz-standing&by=2&at=hazards:1";
    expect(addressOf(readState(address, told))).toBe(address);
  });

  it("shows the usual layers where it names none, and knows no strange ones", () => {
    expect(readState("", told).layers).toEqual(["premises", "hazards"]);
    expect(readState("?layers=dragons,premises&dragons.level=x", told)).toMatchObject({ layers: ["premises"], conditions: {} });
    expect(readState("?c=1,x&z=", told)).toMatchObject({ center: undefined, zoom: undefined });
  });

  it("gives tiles the words of their layer, and the list the words of all", () => {
    const state = readState("?layers=hazards,premises&hazards.level=major&on=2021-06-01", told);
    expect(wordsOf(state, "hazards")).toBe("level=major&on=2021-06-01");
    expect(wordsOfAll(state)).toEqual({ layers: "hazards,premises", on: "2021-06-01", "hazards.level": "major" });
  });
});

describe("measuring", () => {
  it("agrees with the server's plane", () => {
    expect(metresBetween([114.3, 30.5], [114.31, 30.5])).toBeCloseTo(EAST / 100, 0);
    expect(metresBetween([114.3, 30.5], [114.3, 30.51])).toBeCloseTo(NORTH / 100, 0);
  });

  it("adds up lines and areas", () => {
    const square: [number, number][] = [[114.3, 30.5], [114.31, 30.5], [114.31, 30.51], [114.3, 30.51]];
    expect(lengthOf(square.slice(0, 3))).toBeCloseTo(EAST / 100 + NORTH / 100, -1);
    expect(areaOf(square)).toBeCloseTo((EAST / 100) * (NORTH / 100), -3);
    expect(areaOf(square.slice(0, 2))).toBe(0);
  });

  it("draws a circle of its radius", () => {
    expect(circle([114.3, 30.5], 500).map((at) => Math.round(metresBetween([114.3, 30.5], at)))).toSatisfy(
      (all: number[]) => all.length === 65 && all.every((metres) => Math.abs(metres - 500) <= 1));
  });
});

describe("outer tiles", () => {
  it("shifts points as places.coordinates does", () => {
    expect(toGcj([114.3055, 30.5928])).toEqual([expect.closeTo(GCJ[0], 6), expect.closeTo(GCJ[1], 6)]);
    expect(toBd([114.3055, 30.5928])).toEqual([expect.closeTo(BD[0], 6), expect.closeTo(BD[1], 6)]);
  });

  it("puts what belongs in the middle of a tile there", () => {
    const [x, y] = onTiles([114.3055, 30.5928], 15).map(Math.floor) as [number, number];
    const [right, down] = shiftOf("gcj02", 15, x, y);
    const metres = (40_075_016 * Math.cos((30.59 * Math.PI) / 180)) / 2 ** 15;
    expect(Math.hypot(right, down) * metres).toBeGreaterThan(300);
    expect(Math.hypot(right, down) * metres).toBeLessThan(800);
  });

  it("reads the tile out of an address of any source", () => {
    const found = pattern("gcj02://https://a.example/wmts?x={x}&y={y}&z={z}").exec("gcj02://https://a.example/wmts?x=26&y=13&z=5");
    expect({ ...found?.groups }).toEqual({ x: "26", y: "13", z: "5" });
  });
});

describe("too many to draw", () => {
  it("offers the figure of the first layer that has one", () => {
    const some = { layers: [{ id: "calls", figure: "" }, { id: "hazards", figure: "haz-standing" }] } as unknown as Told;
    expect(overFigure(some, ["calls", "hazards"])).toBe("haz-standing");
    expect(overFigure(some, ["calls"])).toBe("");
  });
});

describe("what a deed touches", () => {
  const layers = [{ id: "hazards", kind: "hazard", place: "" }, { id: "calls", kind: "call", place: "matter" },
    { id: "visits", kind: "visit", place: "premises" }] as unknown as LayerTold[];

  it("is the layer of its kind and those that stand where it stands; without a kind, all", () => {
    expect(touchedBy(layers, "hazard")).toEqual(["hazards"]);
    expect(touchedBy(layers, "matter")).toEqual(["calls"]);
    expect(touchedBy(layers, "report")).toEqual([]);
    expect(touchedBy(layers)).toEqual(["hazards", "calls", "visits"]);
  });

  it("is fetched once for many deeds, and once more when the counts have followed", () => {
    vi.useFakeTimers();
    const stop = new AbortController();
    const renewed: string[][] = [];
    const after = (ms: number, act: () => void) => {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    };
    live({ signal: stop.signal, on: () => undefined, after } as unknown as Life, layers, (ids) => renewed.push(ids));
    const seal = (kind: string) => document.dispatchEvent(new CustomEvent("anlan:sealed", { detail: { kind } }));
    for (const kind of ["hazard", "hazard", "matter", "report"]) seal(kind);
    vi.advanceTimersByTime(2_000);
    expect(renewed).toEqual([["hazards", "calls"]]);
    seal("visit");
    vi.advanceTimersByTime(60_000);
    expect(renewed.slice(1)).toEqual([["visits"], ["hazards", "calls", "visits"]]);
    stop.abort();
    vi.useRealTimers();
  });
});
