// Forms are sent once, ask before what is grave, and are not sent into a dead network.
import { ask } from "./ask.ts";
import { mount } from "./life.ts";
import { begin, forgetProgress } from "./progress.ts";
import { toast } from "./toasts.ts";
import { say } from "./words.ts";

const BUSY_AFTER = 100;
const GIVES_UP = 15_000;

const agreed = new WeakSet<HTMLFormElement>();
const sending = new Set<HTMLFormElement>();

function questionOf(form: HTMLFormElement, by: HTMLElement | null): string {
  return by?.dataset.question ?? form.dataset.question ?? "";
}

async function askFirst(form: HTMLFormElement, by: HTMLElement | null, question: string): Promise<void> {
  if (!(await ask(question, by?.textContent?.trim() || undefined))) return;
  agreed.add(form);
  form.requestSubmit(by);
}

function markBusy(form: HTMLFormElement, by: HTMLElement | null): void {
  sending.add(form);
  begin();
  setTimeout(release, GIVES_UP);
  setTimeout(() => {
    if (sending.has(form)) by?.setAttribute("aria-busy", "true");
  }, BUSY_AFTER);
}

/** Decides what becomes of one press of a submit button. */
export function onSubmit(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  if (form.method === "dialog" || event.defaultPrevented) return;
  const question = questionOf(form, event.submitter);
  if (question && !agreed.has(form)) {
    event.preventDefault();
    void askFirst(form, event.submitter, question);
    return;
  }
  agreed.delete(form);
  if (form.method !== "post") return;
  if (navigator.onLine === false) {
    event.preventDefault();
    toast({ sentence: say("offline"), fault: true });
  } else if (sending.has(form)) {
    event.preventDefault();
  } else {
    form.dispatchEvent(new CustomEvent("anlan:sending"));
    if (!form.hasAttribute("data-download")) markBusy(form, event.submitter);
  }
}

function release(): void {
  sending.clear();
  forgetProgress();
  for (const button of document.querySelectorAll('[type="submit"][aria-busy]')) button.removeAttribute("aria-busy");
  for (const input of document.querySelectorAll<HTMLInputElement>("[data-filters] :disabled")) input.disabled = false;
}

export function startForms(): void {
  document.addEventListener("submit", onSubmit);
  window.addEventListener("pageshow", release);
  mount("[data-filters]", (form, life) => {
    life.on(form, "change", (event) => {
      const target = event.target as HTMLInputElement;
      if (target.matches("select, [type=date]")) (form as HTMLFormElement).requestSubmit();
    });
    life.on(form, "submit", () => {
      for (const input of form.querySelectorAll<HTMLInputElement>("input, select")) input.disabled = input.value === "";
    });
  });
  mount("[data-filters-fold]", (button, life) => {
    const form = button.nextElementSibling as HTMLElement;
    const narrow = matchMedia("(max-width: 767.98px)");
    const fold = (folded: boolean) => {
      form.hidden = folded;
      button.setAttribute("aria-expanded", String(!folded));
    };
    button.hidden = false;
    fold(narrow.matches);
    life.on(narrow, "change", () => fold(narrow.matches));
    life.on(button, "click", () => fold(!form.hidden));
  });
}
