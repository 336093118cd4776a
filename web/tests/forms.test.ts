import { beforeEach, expect, test, vi } from "vitest";
import { count } from "../lib/checklist.ts";
import { onSubmit } from "../lib/forms.ts";
import { sift } from "../lib/photos.ts";
import { begin, forgetProgress } from "../lib/progress.ts";
import { toast } from "../lib/toasts.ts";
import { fill } from "../lib/words.ts";
import { page, settled } from "./page.ts";

function submit(form: HTMLFormElement, submitter: HTMLElement | null = null): Event {
  const event = new Event("submit", { cancelable: true, bubbles: true });
  Object.defineProperty(event, "target", { value: form });
  Object.defineProperty(event, "submitter", { value: submitter });
  onSubmit(event as SubmitEvent);
  return event;
}

beforeEach(() => {
  page('<form method="post"><button type="submit">停用</button></form>');
  forgetProgress();
});

test("a form is sent once, however often the button is pressed", () => {
  const form = document.querySelector("form") as HTMLFormElement;
  expect([submit(form).defaultPrevented, submit(form).defaultPrevented]).toEqual([false, true]);
});

test("without a network nothing is sent, and a sentence says so", () => {
  const online = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  const sent = submit(document.querySelector("form") as HTMLFormElement);
  online.mockRestore();
  expect([sent.defaultPrevented, document.querySelector(".toast-fault p")?.textContent]).toEqual([true, "没有网络。"]);
});

test("what cannot be undone is asked first, and sent only after yes", async () => {
  const form = document.querySelector("form") as HTMLFormElement;
  form.dataset.question = "现在停用？";
  form.requestSubmit = vi.fn();
  const button = form.querySelector("button");
  const first = submit(form, button);
  const box = document.querySelector("dialog") as HTMLDialogElement;
  const asked = [box.querySelector("p")?.textContent, ...[...box.querySelectorAll("button")].map((one) => one.textContent)];
  box.querySelectorAll("button")[1]?.click();
  await settled();
  expect([first.defaultPrevented, asked, vi.mocked(form.requestSubmit).mock.calls.length, submit(form, button).defaultPrevented])
    .toEqual([true, ["现在停用？", "取消", "停用"], 1, false]);
});

test("no answer but yes sends it", async () => {
  const form = document.querySelector("form") as HTMLFormElement;
  form.dataset.question = "现在停用？";
  form.requestSubmit = vi.fn();
  submit(form);
  document.querySelector<HTMLButtonElement>("dialog button")?.click();
  await settled();
  expect([vi.mocked(form.requestSubmit).mock.calls.length, document.querySelector("dialog")]).toEqual([0, null]);
});

test("work shows after 0.1 s, speaks after 1 s, lets go after 10 s, and is silent when done", () => {
  vi.useFakeTimers();
  const line = document.querySelector("[data-progress]") as HTMLElement;
  const words = document.querySelector("[data-progress-words]") as HTMLElement;
  const seen: [boolean, string][] = [];
  const done = begin();
  for (const wait of [99, 2, 900, 9_000]) {
    vi.advanceTimersByTime(wait);
    seen.push([Boolean(line.hidden), words.textContent ?? ""]);
  }
  done();
  done();
  seen.push([Boolean(line.hidden), words.textContent ?? ""]);
  vi.useRealTimers();
  expect(seen).toEqual([[true, ""], [false, ""], [false, "正在处理……"], [false, "还在处理，可以先做别的。"], [true, ""]]);
});

test("a bar that can be undone stays and undoes; one that cannot leaves by itself", () => {
  vi.useFakeTimers();
  const undo = vi.fn();
  const stays = toast({ sentence: "已转办。", undo });
  const goes = toast({ sentence: "已保存。" });
  vi.advanceTimersByTime(60_000);
  vi.useRealTimers();
  const before = [stays.isConnected, goes.isConnected];
  stays.querySelector("button")?.click();
  expect([before, undo.mock.calls.length, stays.isConnected]).toEqual([[true, false], 1, false]);
});

test("only photos of a bearable size are taken, each refusal is a sentence", () => {
  const big = new File(["12345"], "大.jpg", { type: "image/jpeg" });
  Object.defineProperty(big, "size", { value: 21 * 1024 * 1024 });
  const heic = new File(["1"], "IMG_1.HEIC", { type: "" });
  const good = new File(["1"], "好.png", { type: "image/png" });
  expect(sift([good, heic, big, new File(["1"], "x.exe", { type: "application/x-msdownload" })], 20)).toEqual({
    good: [good, heic],
    faults: ["大.jpg 超过 20 兆字节，没有加入。", "x.exe 不是照片，没有加入。"],
  });
});

test("a checklist says how far it is and names the next open item", () => {
  const item = (code: string, answer: string) => `<fieldset class="checklist-item" id="${code}">
    <input type="radio" name="${code}" value="normal" ${answer}></fieldset>`;
  page(`<div data-checklist><span data-checklist-count></span><progress max="3"></progress>
    ${item("a", "checked")}${item("b", "")}${item("c", "")}</div>`);
  const list = document.querySelector("[data-checklist]") as HTMLElement;
  expect([count(list)?.id, list.querySelector("span")?.textContent, list.querySelector("progress")?.value])
    .toEqual(["b", "已查 1 / 3 项", 1]);
});

test("a sentence keeps what nobody filled in", () => {
  expect(fill("%(n)s 条，%(other)s", { n: 3 })).toBe("3 条，%(other)s");
});
