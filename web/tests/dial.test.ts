import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startDial } from "../lib/dial.ts";

const sent: [string, RequestInit][] = [];

beforeEach(() => {
  sent.length = 0;
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    sent.push([url, init]);
    return Promise.resolve(new Response(null, { status: 204 }));
  });
  document.head.innerHTML = '<meta name="csrf-token" content="seal">';
});
afterEach(() => vi.unstubAllGlobals());

test("a number that is touched is logged with the name beside it, and dialled all the same", () => {
  document.body.innerHTML = '<a href="tel:1" data-dial="027-1" data-name="赵强" data-unit="东街">打</a>';
  startDial();
  const touch = new MouseEvent("click", { bubbles: true, cancelable: true });
  document.querySelector("a")?.dispatchEvent(touch);
  expect(touch.defaultPrevented).toBe(false);
  expect(sent.map(([url, init]) => [url, String(init.body), init.headers])).toEqual([
    ["/desk/duty/dial/", new URLSearchParams({ number: "027-1", unit: "东街", caller: "赵强" }).toString(), { "X-CSRFToken": "seal" }]]);
});

test("arrow keys go from day to day and from week to week, and stop at the ends", () => {
  const days = Array.from({ length: 10 }, (_, n) => `<a data-day href="#" id="d${n}">${n}</a>`).join("");
  document.body.innerHTML = `<div data-days>${days}</div>`;
  startDial();
  const at = () => document.activeElement?.id;
  const press = (key: string) => document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  document.getElementById("d1")?.focus();
  press("ArrowRight");
  expect(at()).toBe("d2");
  press("ArrowDown");
  expect(at()).toBe("d9");
  press("ArrowDown");
  expect(at()).toBe("d9");
  press("ArrowUp");
  expect(at()).toBe("d2");
});
