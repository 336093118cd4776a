import { beforeEach, expect, test } from "vitest";
import { markOpen, rowInHand, showPicked, step } from "../lib/lists.ts";
import { onKey, shortcut } from "../lib/shortcuts.ts";
import { page } from "./page.ts";

const row = (n: number) => `<tr data-url="/${n}"><td><input type="checkbox" name="row" value="${n}"></td>
  <th scope="row"><a href="/${n}">第 ${n} 条</a></th></tr>`;

function list(): HTMLElement {
  return document.querySelector("[data-list]") as HTMLElement;
}

function inHand(): string | undefined {
  return rowInHand(list())?.dataset.url;
}

beforeEach(() => page(`<form data-list><input type="checkbox" data-pick-all><table><tbody>${[1, 2, 3].map(row).join("")}</tbody></table>
  <div data-bulk><span data-bulk-count></span></div></form><input id="q">`));

test("j goes down and stops at the end, k goes up, and the row's link has the focus", () => {
  const seen = [1, 1, 1, 1, -1].map((by) => {
    step(list(), by as 1 | -1);
    return inHand();
  });
  expect([seen, document.activeElement?.textContent]).toEqual([["/1", "/2", "/3", "/3", "/2"], "第 2 条"]);
});

test("the bar for many shows only while something is picked, and says how many", () => {
  const bar = document.querySelector("[data-bulk]") as HTMLElement;
  showPicked(list());
  const before = bar.hidden;
  (list().querySelectorAll("[name=row]")[1] as HTMLInputElement).checked = true;
  showPicked(list());
  const whole = list().querySelector("[data-pick-all]") as HTMLInputElement;
  expect([before, bar.hidden, bar.textContent?.trim(), whole.checked, whole.indeterminate])
    .toEqual([true, false, "已选 1 项", false, true]);
});

test("the row beside which the case stands is marked, the one before no longer", () => {
  const links = list().querySelectorAll("a");
  markOpen(links[0] as HTMLElement);
  markOpen(links[2] as HTMLElement);
  expect([...list().querySelectorAll("tr")].map((one) => [one.className, one.querySelector("a")?.getAttribute("aria-current")]))
    .toEqual([["", null], ["", null], ["chosen-row", "true"]]);
});

test("keys act outside inputs, and not while typing, composing or with Ctrl", () => {
  let pressed = 0;
  shortcut("j", () => void (pressed += 1));
  const press = (target: EventTarget, init: KeyboardEventInit = {}) => {
    const event = new KeyboardEvent("keydown", { key: "j", bubbles: true, ...init });
    Object.defineProperty(event, "target", { value: target });
    onKey(event);
  };
  press(document.body);
  press(document.getElementById("q") as HTMLElement);
  press(document.body, { ctrlKey: true });
  press(document.body, { isComposing: true });
  expect(pressed).toBe(1);
});
