// Lists: j and k move, Enter opens (it is a link), x picks; what is picked brings up the bar for many.
import { mount, type Life } from "./life.ts";
import { shortcut } from "./shortcuts.ts";
import { say } from "./words.ts";

function rows(list: ParentNode): HTMLTableRowElement[] {
  return [...list.querySelectorAll<HTMLTableRowElement>("tbody tr[data-url]")];
}

function handle(row: Element | undefined): HTMLElement | null {
  return row?.querySelector<HTMLElement>("th a, td a") ?? null;
}

/** The row in hand: the one with the focus, else the one that is open. */
export function rowInHand(list: ParentNode): HTMLTableRowElement | null {
  return document.activeElement?.closest<HTMLTableRowElement>("tr[data-url]")
    ?? list.querySelector<HTMLTableRowElement>("tr.at-hand, tr.chosen-row");
}

/** Moves the focus `by` rows from the row in hand; from none it takes the first. */
export function step(list: ParentNode, by: 1 | -1): boolean {
  const all = rows(list);
  const at = all.findIndex((row) => row === rowInHand(list));
  const next = at < 0 ? all[0] : all[Math.min(Math.max(at + by, 0), all.length - 1)];
  const link = handle(next);
  if (!next || !link) return false;
  for (const row of all) row.classList.toggle("at-hand", row === next);
  link.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function theList(): HTMLElement | null {
  const focused = document.activeElement?.closest<HTMLElement>("[data-list]");
  return focused ?? document.querySelector<HTMLElement>("[data-list]");
}

function boxes(list: ParentNode): HTMLInputElement[] {
  return [...list.querySelectorAll<HTMLInputElement>('tbody input[type="checkbox"][name="row"]')];
}

/** Tells how many are picked, and shows the bar for many only then. */
export function showPicked(list: HTMLElement): void {
  const all = boxes(list);
  const picked = all.filter((box) => box.checked).length;
  const bar = list.querySelector<HTMLElement>("[data-bulk]");
  if (bar) bar.hidden = picked === 0;
  const words = list.querySelector("[data-bulk-count]");
  if (words) words.textContent = say("chosen", { n: picked });
  const whole = list.querySelector<HTMLInputElement>("[data-pick-all]");
  if (whole) {
    whole.checked = picked > 0 && picked === all.length;
    whole.indeterminate = picked > 0 && picked < all.length;
  }
  for (const box of all) box.closest("tr")?.classList.toggle("picked", box.checked);
}

function pickAll(list: HTMLElement, on: boolean): void {
  for (const box of boxes(list)) box.checked = on;
  showPicked(list);
}

function openRow(event: MouseEvent): void {
  const target = event.target as HTMLElement;
  if (target.closest("a, button, input, label, details") || String(getSelection())) return;
  handle(target.closest("tr[data-url]") ?? undefined)?.click();
}

function startList(list: HTMLElement, life: Life): void {
  life.on(list, "click", openRow);
  life.on(list, "change", (event) => {
    const box = event.target as HTMLInputElement;
    if (box.matches("[data-pick-all]")) pickAll(list, box.checked);
    else showPicked(list);
  });
  const none = list.querySelector<HTMLElement>("[data-pick-none]");
  if (none) {
    none.hidden = false;
    life.on(none, "click", () => pickAll(list, false));
  }
  showPicked(list);
}

/** The row whose case now stands beside the list. */
export function markOpen(link: HTMLElement): void {
  const list = link.closest("[data-list]");
  if (!list) return;
  for (const row of rows(list)) {
    const open = row.contains(link);
    row.classList.toggle("chosen-row", open);
    if (open) handle(row)?.setAttribute("aria-current", "true");
    else handle(row)?.removeAttribute("aria-current");
  }
}

/** A list that keeps its place: what was asked, which row was in hand, how far it was scrolled; for this window only. */
type Place = { asked: string; row: string; top: number };

function placeOf(name: string): Place | null {
  try {
    return JSON.parse(sessionStorage.getItem(`anlan:place:${name}`) ?? "null") as Place | null;
  } catch {
    return null;
  }
}

function keepPlace(list: HTMLElement, name: string): void {
  const row = rowInHand(list)?.dataset.url ?? "";
  sessionStorage.setItem(`anlan:place:${name}`, JSON.stringify({ asked: location.search, row, top: scrollY }));
}

function returnTo(list: HTMLElement, place: Place): void {
  if (place.asked !== location.search) return;
  scrollTo({ top: place.top });
  const found = rows(list).find((row) => row.dataset.url === place.row);
  if (!found) return;
  found.classList.add("at-hand");
  const pane = document.getElementById("case");
  if (pane && pane.offsetParent !== null) handle(found)?.click();
}

/** The way back to a list leads to where one was. */
function mindPlaces(): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>(".side a[href='/desk/']")) {
    const place = placeOf("desk");
    if (place?.asked && location.pathname !== "/desk/") link.href = `/desk/${place.asked}`;
  }
}

function startPlace(list: HTMLElement, life: Life): void {
  const name = list.dataset.place ?? "";
  const place = placeOf(name);
  if (place) life.after(0, () => returnTo(list, place));
  life.on(window, "pagehide", () => keepPlace(list, name));
}

/** What is done beside a list leads back to the list. */
export function leadBack(pane: HTMLElement): void {
  if (!document.querySelector("[data-place]")) return;
  for (const form of pane.querySelectorAll<HTMLFormElement>("form[method=post]")) {
    const next = document.createElement("input");
    next.type = "hidden";
    next.name = "_next";
    next.value = location.pathname + location.search;
    form.append(next);
  }
}

export function startLists(): void {
  mount("[data-place]", startPlace);
  mindPlaces();
  mount("[data-list]", startList);
  const move = (by: 1 | -1) => () => {
    const list = theList();
    return list ? step(list, by) : false;
  };
  shortcut("j", move(1));
  shortcut("k", move(-1));
  shortcut("x", () => {
    const list = theList();
    const box = list && rowInHand(list)?.querySelector<HTMLInputElement>('input[name="row"]');
    if (!list || !box) return false;
    box.checked = !box.checked;
    showPicked(list);
    return true;
  });
}
