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

test("a part that is kept is put back as it was, with the focus in it, and the rest is new", async () => {
  asked.mockImplementationOnce(async () => ({ ok: true, redirected: false, text: async () =>
    `<main><div data-live-parts="incident"><p>新</p><section data-live-keep="map"><button>重画</button></section></div></main>` }));
  page(`<main><div data-live-parts="incident"><p>旧</p><section data-live-keep="map"><button>图</button></section></div></main>`);
  const map = document.querySelector("[data-live-keep]") as HTMLElement;
  const button = map.querySelector("button") as HTMLElement;
  button.focus();
  await vi.advanceTimersByTimeAsync(0);
  told("incident");
  await vi.advanceTimersByTimeAsync(500);
  expect([root().textContent, root().querySelector("[data-live-keep]") === map, document.activeElement === button]).toEqual(["新图", true, true]);
});

test("when the network is back, what was missed is fetched at once", async () => {
  window.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(10);
  expect(root().textContent).toBe("第1次");
});
