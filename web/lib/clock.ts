// Duties run on the instance clock, which may be offset, stand still or (in an exercise) run fast; the page is told of it once.
import { mount } from "./life.ts";
import { say } from "./words.ts";

const MINUTE = 60_000;
const MARK_EVERY = 20_000;

function meta(): HTMLMetaElement | null {
  return document.querySelector<HTMLMetaElement>('meta[name="instance-now"]');
}

/** The instant of the instance clock; real time when the page does not tell. */
export function instanceNow(sinceLoad: number = performance.now()): Date {
  const told = meta();
  if (!told) return new Date();
  const runs = told.dataset.running !== "0";
  return new Date(Date.parse(told.content) + (runs ? sinceLoad * Number(told.dataset.speed ?? 1) : 0));
}

function span(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / MINUTE);
  if (minutes < 60) return say("minute", { n: minutes });
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? say("hour", { n: hours }) : say("day", { n: Math.floor(hours / 24) });
}

/** 还剩 2 小时, 已超 3 天: the same words as words.py (both are tested with tests/time_left.json). */
export function timeLeft(due: Date, now: Date): { late: boolean; words: string } {
  const left = due.getTime() - now.getTime();
  const brief = Math.abs(left) < MINUTE;
  if (left > 0) return { late: false, words: brief ? say("leftBrief") : say("left", { span: span(left) }) };
  return { late: true, words: brief ? say("overBrief") : say("over", { span: span(-left) }) };
}

/** 06-25 08:30 in the district's zone. */
export function districtTime(instant: Date): string {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: meta()?.dataset.zone || undefined,
    month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  }).formatToParts(instant);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("month")}-${part("day")} ${part("hour")}:${part("minute")}`;
}

export function refreshDue(mark: HTMLElement, now: Date): void {
  const left = timeLeft(new Date(mark.getAttribute("datetime") ?? ""), now);
  const words = mark.querySelector("span");
  if (!words || words.textContent === left.words) return;
  const soon = Boolean(mark.dataset.remind) && now >= new Date(mark.dataset.remind ?? "");
  words.textContent = left.words;
  mark.classList.toggle("due-late", left.late);
  mark.classList.toggle("due-soon", !left.late && soon);
  mark.classList.toggle("due-open", !left.late && !soon);
  const drawing = mark.querySelector("use");
  drawing?.setAttribute("href", (drawing.getAttribute("href") ?? "").replace(/#.*$/, left.late ? "#late" : "#clock"));
}

export function startClocks(): void {
  mount("time[data-due]", (mark, life) => life.every(MARK_EVERY, () => refreshDue(mark, instanceNow())));
  mount("time[data-clock]", (face, life) => {
    life.every(1_000, () => {
      face.textContent = districtTime(instanceNow());
    });
  });
}
