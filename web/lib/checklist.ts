// A checklist counts what was answered and leads to the next open item.
import { mount } from "./life.ts";
import { say } from "./words.ts";

function items(list: ParentNode): HTMLFieldSetElement[] {
  return [...list.querySelectorAll<HTMLFieldSetElement>(".checklist-item")];
}

function isOpen(item: HTMLFieldSetElement): boolean {
  return !item.querySelector('input[type="radio"]:checked');
}

/** Says how far the list is, and returns the first item without an answer. */
export function count(list: HTMLElement): HTMLFieldSetElement | undefined {
  const all = items(list);
  const open = all.filter(isOpen);
  const words = list.querySelector("[data-checklist-count]");
  if (words) words.textContent = say("answered", { n: all.length - open.length, of: all.length });
  const bar = list.querySelector("progress");
  if (bar) bar.value = all.length - open.length;
  return open[0];
}

export function startChecklists(): void {
  mount("[data-checklist]", (list, life) => {
    const next = list.querySelector<HTMLButtonElement>("[data-checklist-next]");
    const recount = () => {
      const open = count(list);
      if (next) next.disabled = open === undefined;
      return open;
    };
    life.on(list.closest("form") ?? list, "change", recount);
    if (next) {
      life.on(next, "click", () => {
        const open = recount();
        open?.scrollIntoView({ block: "center" });
        open?.querySelector<HTMLInputElement>("input")?.focus({ preventScroll: true });
      });
    }
    recount();
  });
}
