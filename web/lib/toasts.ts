// A bar at the foot of the page: what was done, and one tap to take it back.
import { icon } from "./icons.ts";
import { mount } from "./life.ts";
import { say } from "./words.ts";

const STAYS = 6_000;

export type Toast = { sentence: string; fault?: boolean; undo?: () => void };

function button(words: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
}

/** Shows a bar; it leaves by itself unless it tells a fault or can be undone. */
export function toast({ sentence, fault = false, undo }: Toast): HTMLElement {
  const bar = document.createElement("div");
  bar.className = fault ? "toast-bar toast-fault" : "toast-bar";
  const words = document.createElement("p");
  words.textContent = sentence;
  bar.append(icon(fault ? "late" : "check"), words);
  if (undo) {
    bar.append(button(say("undo"), () => {
      bar.remove();
      undo();
    }));
  }
  const close = button("", () => bar.remove());
  close.setAttribute("aria-label", say("close"));
  close.append(icon("close"));
  bar.append(close);
  document.querySelector("[data-toasts]")?.append(bar);
  if (!fault && !undo) setTimeout(() => bar.remove(), STAYS);
  return bar;
}

export function startToasts(): void {
  mount("[data-toast-close]", (close, life) => life.on(close, "click", () => close.closest(".toast-bar")?.remove()));
  mount("[data-toast-say]", (source, life) =>
    life.on(source, "click", () => void toast({ sentence: source.dataset.toastSay ?? "" })));
  document.addEventListener("anlan:toast", (event) => {
    const told = (event as CustomEvent<{ sentence?: string; fault?: boolean }>).detail;
    if (told?.sentence) toast({ sentence: told.sentence, fault: told.fault ?? false });
  });
}
