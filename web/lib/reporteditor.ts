// A report while it is written: a figure is picked and set where the cursor stands, and the text is read back with its numbers.
import { type Life, mount } from "./life.ts";

const PAUSE = 600;
const token = () => document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";

/** The text with the figure set at the cursor, in place of what was selected, and where the cursor stands then. only: 部门=区城管局. */
export function inserted(text: string, from: number, to: number, figure: string, period: string,
  only: string[] = []): { text: string; at: number } {
  const told = `{${[figure, period.trim(), ...only].join(" ")}}`;
  return { text: text.slice(0, from) + told + text.slice(to), at: from + told.length };
}

function pick(area: HTMLTextAreaElement, picker: HTMLElement, life: Life): void {
  const figure = picker.querySelector<HTMLSelectElement>("[data-pick-figure]");
  const period = picker.querySelector<HTMLInputElement>("[data-pick-period]");
  const meaning = picker.querySelector<HTMLElement>("[data-pick-meaning]");
  const button = picker.querySelector<HTMLElement>("[data-pick-insert]");
  if (!figure || !period || !meaning || !button) return;
  const narrowing = [...picker.querySelectorAll<HTMLSelectElement>("[data-pick-by]")];
  const tell = () => {
    const chosen = figure.selectedOptions[0];
    meaning.textContent = chosen?.title ?? "";
    for (const by of narrowing) {
      const field = by.closest<HTMLElement>(".field");
      const told = (chosen?.dataset.by ?? "").split(" ").includes(by.dataset.pickBy ?? "");
      if (field) field.hidden = !told;
      if (!told) by.value = "";
    }
  };
  life.on(figure, "change", tell);
  tell();
  life.on(button, "click", () => {
    const { text, at } = inserted(area.value, area.selectionStart, area.selectionEnd, figure.value, period.value,
      narrowing.map((by) => by.value).filter(Boolean));
    area.value = text;
    area.setSelectionRange(at, at);
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  });
}

export function startReportEditor(): void {
  mount("textarea[data-preview]", (element, life) => {
    const area = element as HTMLTextAreaElement;
    const url = area.dataset.preview ?? "";
    const picker = document.createElement("section");
    const shown = document.createElement("section");
    picker.className = shown.className = "report-editor";
    shown.setAttribute("aria-live", "polite");
    area.after(picker, shown);
    const day = area.form?.querySelector<HTMLInputElement>("[name=as_of]");
    let asked = 0;
    const read = async () => {
      const mine = ++asked;
      const body = new FormData();
      body.set("text", area.value);
      body.set("as_of", day?.value ?? "");
      const answer = await fetch(url, { method: "POST", body, signal: life.signal, headers: { "X-CSRFToken": token() } });
      const html = await answer.text();
      if (answer.ok && mine === asked) shown.innerHTML = html; // a later answer is not overtaken by an earlier one
    };
    const quietly = () => void read().catch(() => undefined); // without a network the text can still be written
    let wait: (() => void) | undefined;
    const soon = () => {
      wait?.();
      wait = life.after(PAUSE, quietly);
    };
    life.on(area, "input", soon);
    if (day) life.on(day, "change", soon);
    void fetch(url, { signal: life.signal }).then(async (answer) => {
      if (!answer.ok) return;
      picker.innerHTML = await answer.text();
      pick(area, picker, life);
    }).catch(() => undefined).finally(quietly); // below the picker's headings, never before them
  });
}
