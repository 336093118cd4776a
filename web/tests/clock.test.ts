import { beforeEach, expect, test } from "vitest";
import { districtTime, instanceNow, refreshDue, timeLeft } from "../lib/clock.ts";
import cases from "./time_left.json";
import { page } from "./page.ts";

const NOW = '<meta name="instance-now" content="2021-06-25T08:30:00+08:00" data-zone="Asia/Shanghai"';

beforeEach(() => page("", `${NOW} data-running="1">`));

test.each(cases)("$due seen at $now reads $words", ({ due, now, late, words }) => {
  expect(timeLeft(new Date(due), new Date(now))).toEqual({ late, words });
});

test("the instance clock goes on from what the page was told", () => {
  expect(instanceNow(90_000).toISOString()).toBe("2021-06-25T00:31:30.000Z");
});

test("a clock that stands still stands still on the page too", () => {
  page("", `${NOW} data-running="0">`);
  expect(instanceNow(90_000).toISOString()).toBe("2021-06-25T00:30:00.000Z");
});

test("times are shown in the district's zone whatever the computer's", () => {
  expect(districtTime(new Date("2021-06-24T16:05:00Z"))).toBe("06-25 00:05");
});

test("a mark that runs over turns late, in words, class and drawing", () => {
  page(`<time class="due due-open" data-due datetime="2021-06-25T08:30:00+08:00">
    <svg><use href="/static/icons.svg#clock"></use></svg><span>还剩 1 分钟</span></time>`);
  const mark = document.querySelector("time") as HTMLElement;
  refreshDue(mark, new Date("2021-06-25T10:31:00+08:00"));
  expect([mark.querySelector("span")?.textContent, mark.className, mark.querySelector("use")?.getAttribute("href")])
    .toEqual(["已超 2 小时", "due due-late", "/static/icons.svg#late"]);
});
