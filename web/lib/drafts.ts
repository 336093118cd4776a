// A form never loses what was typed. Drafts stay on this device, under the person's key and the page's address.
import { districtTime } from "./clock.ts";
import { mount } from "./life.ts";
import { say } from "./words.ts";

const PREFIX = "draft";
const KEEPS = 7 * 24 * 3_600_000;
const WAITS = 400;
const SENT = "draft-sent";

type Entries = [name: string, value: string][];
type Draft = { at: number; entries: Entries };

export function person(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="person"]')?.content ?? "";
}

export function keyOf(form: HTMLFormElement, where: Location = location): string {
  const place = form.id || form.getAttribute("action") || "";
  return [PREFIX, person(), where.pathname + where.search, place].join("|");
}

type Typed = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

function isKept(field: Element): field is Typed {
  if (!("name" in field) || !field.name || field.hasAttribute("data-secret")) return false;
  return !["hidden", "password", "file", "submit", "button", "image", "reset"].includes((field as HTMLInputElement).type);
}

function isOn(field: Typed): boolean {
  return !(field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type)) || field.checked;
}

/** What stands in the form now; passwords, files, hidden values and who reports are never kept. */
export function entriesOf(form: HTMLFormElement): Entries {
  return [...form.elements].filter(isKept).filter(isOn).map((field) => [field.name, field.value]);
}

export function fillIn(form: HTMLFormElement, entries: Entries): void {
  for (const field of [...form.elements].filter(isKept)) {
    const values = entries.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type)) {
      field.checked = values.includes(field.value);
    } else if (field instanceof HTMLSelectElement && field.multiple) {
      for (const option of field.options) option.selected = values.includes(option.value);
    } else {
      field.value = values[0] ?? "";
    }
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined; // no storage, or full: the form still works
  }
}

export function keep(key: string, entries: Entries, at: number = Date.now()): void {
  attempt(() => localStorage.setItem(key, JSON.stringify({ at, entries } satisfies Draft)));
}

export function recall(key: string, now: number = Date.now()): Draft | undefined {
  const told = attempt(() => localStorage.getItem(key));
  const draft = told ? attempt(() => JSON.parse(told) as Draft) : undefined;
  return draft && now - draft.at < KEEPS ? draft : undefined;
}

export function drop(key: string): void {
  attempt(() => localStorage.removeItem(key));
}

/** Everything this person left on this device; at sign-out, and whatever is older than a week at any time. */
export function dropAll(of: (key: string, at: number) => boolean): void {
  attempt(() => {
    for (const key of Object.keys(localStorage).filter((one) => one.startsWith(`${PREFIX}|`))) {
      const at = attempt(() => (JSON.parse(localStorage.getItem(key) ?? "{}") as Draft).at) ?? 0;
      if (of(key, at)) localStorage.removeItem(key);
    }
  });
}

function wentBack(): boolean {
  const [first] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return first?.type === "back_forward" || first?.type === "reload";
}

/** The page after a send has come: unless it shows the same form refused, or the person came back, the draft is done. */
export function settle(back: boolean = wentBack()): void {
  const sent = attempt(() => sessionStorage.getItem(SENT));
  if (!sent) return;
  attempt(() => sessionStorage.removeItem(SENT));
  const forms = [...document.querySelectorAll<HTMLFormElement>("form[data-draft]")];
  const refused = forms.some((form) => keyOf(form) === sent && form.querySelector("[data-faults]"));
  if (!refused && !back) drop(sent);
}

function barFor(form: HTMLFormElement, draft: Draft, untouched: Entries): HTMLElement {
  const bar = document.createElement("div");
  bar.className = "draft-bar";
  bar.setAttribute("role", "status");
  const words = document.createElement("span");
  words.textContent = say("draftFound", { when: districtTime(new Date(draft.at)) });
  const clear = document.createElement("button");
  clear.type = "button";
  clear.className = "btn btn-quiet btn-inline";
  clear.textContent = say("draftDrop");
  clear.addEventListener("click", () => {
    fillIn(form, untouched);
    drop(keyOf(form));
    bar.remove();
  });
  bar.append(words, clear);
  return bar;
}

function same(a: Entries, b: Entries): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

export function startDrafts(): void {
  settle();
  dropAll((_, at) => Date.now() - at > KEEPS);
  mount("form[data-draft]", (element, life) => {
    const form = element as HTMLFormElement;
    const key = keyOf(form);
    const untouched = entriesOf(form);
    const draft = recall(key);
    if (draft && !form.querySelector("[data-faults]") && !same(draft.entries, untouched)) {
      fillIn(form, draft.entries);
      form.prepend(barFor(form, draft, untouched));
    }
    let cancel = () => {};
    const save = () => {
      const now = entriesOf(form);
      if (same(now, untouched)) drop(key);
      else keep(key, now);
    };
    life.on(form, "input", () => {
      cancel();
      cancel = life.after(WAITS, save);
    });
    life.on(form, "submit", save);
    life.on(window, "pagehide", () => {
      if (!attempt(() => sessionStorage.getItem(SENT))) save();
    });
    life.on(form, "anlan:sending", () => {
      attempt(() => sessionStorage.setItem(SENT, key));
    });
    life.on(form, "htmx:afterRequest", (event) => {
      const told = (event as CustomEvent<{ successful?: boolean }>).detail;
      if (told?.successful) drop(key);
    });
  });
  mount("[data-sign-out]", (form, life) =>
    life.on(form, "submit", () => dropAll((key) => key.startsWith(`${PREFIX}|${person()}|`))));
}
