import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { page } from "./page.ts";

const ring = { key: "k1", text: "一级呼叫：老街燃气泄漏", url: "/desk/notices/k1/", heard: "/desk/notices/k1/heard" };
const other = { ...ring, key: "k2", text: "重大隐患" };
const bell = '<a data-bell><span data-bell-count hidden>0</span><span data-bell-words></span></a>';

function tell(count: number, rings: object[] = []): void {
  document.dispatchEvent(new CustomEvent("anlan:bell", { detail: { count, rings } }));
}

const boxes = () => [...document.querySelectorAll<HTMLElement>("[data-ring]")].map((box) => box.dataset.ring);
const button = (words: string) => [...document.querySelectorAll("button")].find((b) => b.textContent === words);

beforeEach(async () => {
  vi.useFakeTimers();
  vi.resetModules();
  page(bell);
  const words = document.getElementById("script-words") as HTMLElement;
  words.textContent = JSON.stringify({ bell: "通知，%(n)s 条未读", ringGo: "去处理", ringHeard: "知道了", ringSound: "打开铃声" });
  document.title = "今日";
  (await import("../lib/bell.ts")).startBell();
});

afterEach(() => {
  tell(0);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("the bell counts by itself, to the eye and to a reader", () => {
  const badge = document.querySelector<HTMLElement>("[data-bell-count]");
  tell(3);
  expect([badge?.hidden, badge?.textContent, document.querySelector("[data-bell-words]")?.textContent]).toEqual([
    false, "3", "通知，3 条未读"]);
  tell(140);
  expect(badge?.textContent).toBe("99+");
  tell(0);
  expect(badge?.hidden).toBe(true);
});

test("what rings stands on the page once, in an alert, and marks the title", () => {
  tell(1, [ring]);
  tell(2, [ring, other]);
  expect(boxes().sort()).toEqual(["k1", "k2"]);
  expect(document.querySelector("[data-rings]")?.getAttribute("role")).toBe("alert");
  expect(document.querySelector("[data-ring] a")?.getAttribute("href")).toBe("/desk/notices/k1/");
  expect(document.title).toBe("！ 今日");
});

test("it stands at the head of what the page says, so that it covers none of it; over a wall, which has no such place", () => {
  document.body.insertAdjacentHTML("beforeend", '<main class="main"><h1>今日</h1></main>');
  tell(1, [ring]);
  expect(document.querySelector("main")?.firstElementChild?.matches("[data-rings]")).toBe(true);
  tell(0);
  (document.querySelector("main") as HTMLElement).className = "wall-main";
  tell(1, [ring]);
  expect(document.querySelector("[data-rings]")?.parentElement).toBe(document.body);
});

test("what another screen has acknowledged goes, and the last one takes shelf and mark with it", () => {
  tell(2, [ring, other]);
  tell(1, [other]);
  expect(boxes()).toEqual(["k2"]);
  tell(0, []);
  expect([boxes(), document.querySelector("[data-rings]"), document.title]).toEqual([[], null, "今日"]);
});

test.each([[true, []], [false, ["k1"]]])("acknowledging: answered %s leaves %j", async (ok, left) => {
  const asked = vi.fn(() => Promise.resolve({ ok }));
  vi.stubGlobal("fetch", asked);
  document.head.insertAdjacentHTML("beforeend", '<meta name="csrf-token" content="t0ken">');
  tell(1, [ring]);
  button("知道了")?.click();
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toHaveBeenCalledWith(ring.heard, { method: "POST", headers: { "X-CSRFToken": "t0ken", Accept: "application/json" } });
  expect(boxes()).toEqual(left);
});

test("a line that is down leaves what rings where it is", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new Error("no network")));
  tell(1, [ring]);
  button("知道了")?.click();
  await vi.advanceTimersByTimeAsync(0);
  expect(boxes()).toEqual(["k1"]);
});

test("where the browser holds the sound back, a button offers to switch it on", () => {
  tell(1, [ring]);
  expect(button("打开铃声")).toBeDefined();
  tell(0, []);
  expect(button("打开铃声")).toBeUndefined();
});
