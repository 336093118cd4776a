// Keyboard: / search, ? help; lists add their own keys. Never while somebody types or composes characters.

type Act = (event: KeyboardEvent) => boolean | void;

const acts = new Map<string, Act[]>();

/** Runs `act` when `key` is pressed outside any input; false from it lets the next one try. */
export function shortcut(key: string, act: Act): void {
  acts.set(key, [...(acts.get(key) ?? []), act]);
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button", "submit", "file"].includes(target.type);
  return target.matches("textarea, select");
}

export function onKey(event: KeyboardEvent): void {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  for (const act of acts.get(event.key) ?? []) {
    if (act(event) === false) continue;
    event.preventDefault();
    return;
  }
}

export function startShortcuts(): void {
  document.addEventListener("keydown", onKey);
  shortcut("/", () => {
    const input = document.querySelector<HTMLInputElement>("[data-search] input[type=search], [data-search-list]");
    if (!input || input.offsetParent === null) return false;
    input.focus();
    input.select();
    return true;
  });
  for (const key of ["?", "？"]) {
    shortcut(key, () => document.querySelector<HTMLDialogElement>("dialog#shortcuts")?.showModal());
  }
}
