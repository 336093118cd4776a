import { beforeEach, expect, test, vi } from "vitest";
import { dropAll, entriesOf, fillIn, keep, keyOf, recall, settle, startDrafts } from "../lib/drafts.ts";
import { page } from "./page.ts";

const FORM = `<form data-draft action="/move" method="post">
  <input type="hidden" name="csrfmiddlewaretoken" value="secret"><input type="password" name="password" value="p">
  <input name="what" value=""><textarea name="note"></textarea>
  <input type="radio" name="by" value="own"><input type="radio" name="by" value="company">
  <input type="checkbox" name="told" value="on"><select name="kind"><option value=""></option><option>更换</option></select>
</form>`;

function form(): HTMLFormElement {
  return document.querySelector("form") as HTMLFormElement;
}

beforeEach(() => {
  vi.useRealTimers();
  localStorage.clear();
  sessionStorage.clear();
  page(FORM);
});

test("a draft keeps what was typed, and never a password or a hidden value", () => {
  fillIn(form(), [["what", "换了软管"], ["by", "company"], ["told", "on"], ["kind", "更换"]]);
  expect(entriesOf(form())).toEqual([["what", "换了软管"], ["note", ""], ["by", "company"], ["told", "on"], ["kind", "更换"]]);
});

test("what was typed before is back on the next visit, and can be dropped", () => {
  keep(keyOf(form()), [["what", "换了软管"], ["note", ""], ["kind", ""]], Date.now());
  startDrafts();
  expect((form().elements.namedItem("what") as HTMLInputElement).value).toBe("换了软管");
  document.querySelector<HTMLButtonElement>(".draft-bar button")?.click();
  expect([(form().elements.namedItem("what") as HTMLInputElement).value, recall(keyOf(form()))]).toEqual(["", undefined]);
});

test("another person at the same computer does not see it", () => {
  const mine = keyOf(form());
  document.querySelector('meta[name="person"]')?.setAttribute("content", "wang");
  expect(keyOf(form())).not.toBe(mine);
});

test("a draft older than a week is not offered", () => {
  keep("draft|zhou|/x|", [["what", "旧"]], 0);
  expect(recall("draft|zhou|/x|", 8 * 24 * 3_600_000)).toBeUndefined();
});

test("a send that went through ends the draft; a refused one or a way back keeps it", () => {
  const key = keyOf(form());
  const after = (body: string, back: boolean) => {
    keep(key, [["what", "换了软管"]]);
    sessionStorage.setItem("draft-sent", key);
    page(body);
    settle(back);
    return recall(key) !== undefined;
  };
  expect([
    after("<p>已提交</p>", false),
    after(FORM.replace("<input", "<div data-faults></div><input"), false),
    after(FORM, true),
  ]).toEqual([false, true, true]);
});

test("a form that was asked about but not sent keeps its draft", () => {
  startDrafts();
  (form().elements.namedItem("what") as HTMLInputElement).value = "换了软管";
  form().dispatchEvent(new Event("submit", { cancelable: true, bubbles: true }));
  expect([sessionStorage.getItem("draft-sent"), recall(keyOf(form()))?.entries[0]]).toEqual([null, ["what", "换了软管"]]);
});

test("signing out leaves nothing of this person on the device, and others' drafts alone", () => {
  keep("draft|zhou|/a|", [["x", "1"]]);
  keep("draft|wang|/a|", [["x", "1"]]);
  dropAll((key) => key.startsWith("draft|zhou|"));
  expect(Object.keys(localStorage)).toEqual(["draft|wang|/a|"]);
});
