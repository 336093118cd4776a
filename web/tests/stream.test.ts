import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { page } from "./page.ts";

/** An event source in the hands of the test: it opens, tells, breaks and comes back as a browser's does. */
class Line extends EventTarget {
  static readonly CLOSED = 2;
  static all: Line[] = [];
  readyState = 1;
  constructor(readonly url: string) {
    super();
    Line.all.push(this);
  }
  say(name: string, data: object, no?: number): void {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data), lastEventId: no === undefined ? "" : String(no) }));
  }
  /** refused: the browser gives up; otherwise it tries again by itself. */
  fail(refused: boolean): void {
    this.readyState = refused ? Line.CLOSED : 0;
    this.dispatchEvent(new Event("error"));
  }
  close(): void {
    this.readyState = Line.CLOSED;
  }
}

const deed = { kind: "hazard", uid: "u1", verb: "find", mine: true, own: false, opens: true };
const ends: AbortController[] = [];
let heard: [string, unknown][] = [];

function listen(): void {
  const stop = new AbortController();
  ends.push(stop);
  for (const name of ["news", "new", "sealed", "bell", "missed", "end"]) {
    document.addEventListener(`anlan:${name}`, (event) => heard.push([name, (event as CustomEvent).detail]), { signal: stop.signal });
  }
}

async function start(no = "7"): Promise<Line> {
  vi.resetModules();
  const stream = await import("../lib/stream.ts");
  page("", `<meta name="stream" content="${no}">`);
  stream.startStream();
  return Line.all.at(-1) as Line;
}

const names = () => heard.map(([name]) => name);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", Line);
  Line.all = [];
  heard = [];
  listen();
});

afterEach(() => {
  for (const stop of ends.splice(0)) stop.abort();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a page begins behind the number it was drawn at, and without one it keeps quiet", async () => {
  expect((await start("41")).url).toBe("/events?after=41");
  Line.all = [];
  vi.resetModules();
  const stream = await import("../lib/stream.ts");
  page("");
  stream.startStream();
  expect(Line.all).toEqual([]);
});

test("a deed is told to lists, to counts where it began a case, and to whatever shows cases", async () => {
  const line = await start();
  line.say("news", deed, 8);
  line.say("news", { ...deed, verb: "notify", opens: false }, 9);
  expect(heard).toEqual([
    ["news", deed], ["new", { kind: "hazard", n: 1 }], ["sealed", { kind: "hazard", uid: "u1" }],
    ["news", { ...deed, verb: "notify", opens: false }], ["sealed", { kind: "hazard", uid: "u1" }]]);
});

test("a refused line is tried again later and later, from the last number told", async () => {
  const line = await start();
  line.say("news", deed, 8);
  line.fail(true);
  vi.advanceTimersByTime(14_999);
  expect(Line.all.length).toBe(1);
  vi.advanceTimersByTime(1);
  expect(Line.all.at(-1)?.url).toBe("/events?after=8");
  Line.all.at(-1)?.fail(true);
  vi.advanceTimersByTime(15_000);
  expect(Line.all.length).toBe(2);
  vi.advanceTimersByTime(15_000);
  expect(Line.all.length).toBe(3);
});

test("while the browser comes back by itself, no second line is opened", async () => {
  const line = await start();
  line.fail(false);
  vi.advanceTimersByTime(600_000);
  expect(Line.all).toEqual([line]);
});

test("a mark without an event moves the number, and what was told once is not told again", async () => {
  const line = await start();
  line.say("bell", { count: 1, rings: [] }, 9);
  line.say("news", deed, 10);
  line.say("news", deed, 10);
  line.say("news", deed, 7);
  line.fail(true);
  vi.advanceTimersByTime(15_000);
  expect(Line.all.at(-1)?.url).toBe("/events?after=10");
  Line.all.at(-1)?.say("news", deed, 10);
  Line.all.at(-1)?.say("news", { ...deed, uid: "u2", opens: false }, 11);
  expect(names()).toEqual(["bell", "news", "new", "sealed", "news", "sealed"]);
});

test("who missed too much is told to look again, whatever is shown", async () => {
  (await start()).say("missed", {}, 900);
  expect(heard).toEqual([["missed", {}], ["sealed", {}]]);
});

test.each(["session", "post"] as const)("the end by %s is told once and for all", async (why) => {
  const line = await start();
  line.say("end", { why });
  line.fail(true);
  vi.advanceTimersByTime(600_000);
  window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
  expect(heard).toEqual([["end", { why }]]);
  expect(Line.all).toEqual([line]);
  expect(line.readyState).toBe(Line.CLOSED);
});

test("a server without the stream says off, and is asked no more", async () => {
  const line = await start();
  line.say("off", {});
  vi.advanceTimersByTime(600_000);
  expect([Line.all.length, heard]).toEqual([1, []]);
});

test("a page put aside lets its line go and takes it up again where it was", async () => {
  const line = await start();
  line.say("news", deed, 8);
  window.dispatchEvent(new Event("pagehide"));
  expect(line.readyState).toBe(Line.CLOSED);
  window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
  expect(Line.all.at(-1)?.url).toBe("/events?after=8");
});

test("when the network is back the line is opened again at once, from where it was", async () => {
  const line = await start();
  line.say("news", deed, 12);
  line.fail(false);
  window.dispatchEvent(new Event("online"));
  const again = Line.all.filter((other) => other !== line && other.url === "/events?after=12"); // pages of other tests come back too
  expect([line.readyState, again.length]).toEqual([Line.CLOSED, 1]);
});
