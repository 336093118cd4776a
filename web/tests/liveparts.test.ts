import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startLiveParts } from "../lib/liveparts.ts";
import { page } from "./page.ts";

const asked = vi.fn();
const told = (kind?: string) => document.dispatchEvent(new CustomEvent("anlan:sealed", { detail: kind ? { kind } : {} }));
const root = () => document.querySelector("[data-live-parts]") as HTMLElement;

startLiveParts();

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", asked.mockImplementation(async () => ({
    ok: true, redirected: false, text: async () => `<main><div data-live-parts="incident relay"><p>第${asked.mock.calls.length}次</p></div></main>` })));
  page(`<main><div data-live-parts="incident relay"><p>起初</p></div></main>`);
});

afterEach(() => {
  asked.mockReset();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("many deeds at once are fetched once, and what stands there is what is on record", async () => {
  told("incident");
  told("relay");
  await vi.advanceTimersByTimeAsync(500);
  expect([asked.mock.calls.length, root().textContent]).toEqual([1, "第1次"]);
});

test("other kinds are no news here; what was missed, of whatever kind, is", async () => {
  told("hazard");
  await vi.advanceTimersByTimeAsync(500);
  expect(asked).not.toHaveBeenCalled();
  told();
  await vi.advanceTimersByTimeAsync(500);
  expect(asked).toHaveBeenCalledOnce();
});

test("a fetch that fails is made again by itself, and brings all of it", async () => {
  asked.mockRejectedValueOnce(new TypeError("no network"));
  told("incident");
  await vi.advanceTimersByTimeAsync(500);
  expect(root().textContent).toBe("起初");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(root().textContent).toBe("第2次");
});
