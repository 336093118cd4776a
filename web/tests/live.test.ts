import { afterEach, beforeEach, expect, test, vi } from "vitest";

/** The line as far as the app knows it: what is heard are events of the document. */
const lines: EventTarget[] = [];
class Line extends EventTarget {
  static readonly CLOSED = 2;
  readyState = 1;
  constructor(readonly url: string) {
    super();
    lines.push(this);
  }
  close(): void {
    lines.splice(lines.indexOf(this), 1);
  }
}

const tell = (name: string, detail: object) => document.dispatchEvent(new CustomEvent(`anlan:${name}`, { detail }));
const ring = (key: string) => ({ key, text: "呼叫", url: "", heard: "" });
let stop: AbortController;

async function begun(standing = "") {
  vi.resetModules();
  const { followLine, startLive } = await import("../field/live.ts");
  const app = { standing, pack: {}, rings: [], unread: 0, meet: vi.fn(async () => undefined), onChange: vi.fn() };
  startLive(app as never, stop.signal);
  followLine(app as never);
  return { app, follow: () => followLine(app as never) };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", Line);
  stop = new AbortController();
  lines.length = 0;
});

afterEach(() => {
  stop.abort();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("the line is open while the app can ask, and given up once it cannot", async () => {
  const { app, follow } = await begun();
  expect(lines.length).toBe(1);
  app.standing = "sign-in";
  follow();
  expect(lines.length).toBe(0);
});

test("what is one's own is asked for once, however many deeds told of it; the affairs of others are not", async () => {
  const { app } = await begun();
  tell("news", { mine: false, kind: "call" });
  vi.runAllTimers();
  expect(app.meet).not.toHaveBeenCalled();
  for (let n = 0; n < 3; n += 1) tell("news", { mine: true, kind: "call" });
  vi.runAllTimers();
  expect(app.meet).toHaveBeenCalledTimes(1);
});

test("a call that rings is shown at once and shakes the phone once", async () => {
  const shaken = vi.fn();
  vi.stubGlobal("navigator", Object.assign(Object.create(navigator), { vibrate: shaken }));
  const { app } = await begun();
  tell("bell", { count: 2, rings: [ring("a")] });
  tell("bell", { count: 3, rings: [ring("a")] });
  expect([app.unread, app.rings, shaken.mock.calls.length]).toEqual([3, [ring("a")], 1]);
  tell("bell", { count: 1, rings: [] });
  expect([app.unread, app.rings]).toEqual([1, []]);
});
