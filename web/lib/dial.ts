// One touch calls and writes the telephone log; the arrow keys go from day to day in a month.
import { mount } from "./life.ts";

const token = () => document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

function logs(link: HTMLAnchorElement): void {
  const body = new URLSearchParams({ number: link.dataset.dial ?? "", unit: link.dataset.unit ?? "", caller: link.dataset.name ?? "" });
  void fetch("/desk/duty/dial/", { method: "POST", body, keepalive: true, headers: { "X-CSRFToken": token() } });
}

export function startDial(): void {
  mount("[data-dial]", (element, life) => {
    life.on(element, "click", () => logs(element as HTMLAnchorElement));
  });
  mount("[data-days]", (element, life) => {
    life.on(element, "keydown", (event) => {
      const step = STEPS[event.key];
      const days = [...element.querySelectorAll<HTMLElement>("a[data-day]")];
      const here = days.indexOf(document.activeElement as HTMLElement);
      if (!step || here < 0) return;
      event.preventDefault();
      days[Math.min(Math.max(here + step, 0), days.length - 1)]?.focus();
    });
  });
}
