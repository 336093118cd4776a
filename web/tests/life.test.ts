import { beforeEach, expect, test, vi } from "vitest";
import { mount, sweep } from "../lib/life.ts";
import { page, settled } from "./page.ts";

beforeEach(() => page(""));

test("what an element started ends when the element leaves", () => {
  vi.useFakeTimers();
  const ticks = vi.fn();
  const undone = vi.fn();
  const clicks = vi.fn();
  page('<div class="one"></div>');
  mount(".one", (_, life) => {
    life.every(10, ticks);
    life.on(document, "click", clicks);
    life.ends(undone);
  });
  vi.advanceTimersByTime(20);
  document.dispatchEvent(new Event("click"));
  document.querySelector(".one")?.remove();
  sweep();
  vi.advanceTimersByTime(100);
  document.dispatchEvent(new Event("click"));
  vi.useRealTimers();
  expect([ticks.mock.calls.length, clicks.mock.calls.length, undone.mock.calls.length]).toEqual([2, 1, 1]);
});

test("an element that arrives later is started once", async () => {
  const started = vi.fn();
  mount(".later", started);
  const element = document.createElement("div");
  element.className = "later";
  document.body.append(element);
  await settled();
  document.body.append(element);
  await settled();
  expect(started).toHaveBeenCalledTimes(1);
});
