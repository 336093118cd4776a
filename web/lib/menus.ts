// Menus, dialogs and small buttons that need nothing from the server.
import { mount, type Life } from "./life.ts";

function closeMenus(except?: Element | null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

function startMenu(element: HTMLElement, life: Life): void {
  const menu = element as HTMLDetailsElement;
  life.on(menu, "keydown", (event) => {
    const key = event.key;
    if (key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
    if ((key === "ArrowDown" || key === "ArrowUp") && menu.open) {
      const items = [...menu.querySelectorAll<HTMLElement>(".menu-body a, .menu-body button")];
      const at = items.indexOf(document.activeElement as HTMLElement);
      items.at((at + (key === "ArrowDown" ? 1 : at < 0 ? 0 : -1)) % items.length)?.focus();
      event.preventDefault();
    }
  });
  life.on(menu, "toggle", () => {
    if (menu.open) closeMenus(menu);
  });
}

export function startMenus(): void {
  mount("details[data-menu]", startMenu);
  document.addEventListener("click", (event) => closeMenus((event.target as Element).closest("details[data-menu]")));
  mount("[data-open-dialog]", (opener, life) =>
    life.on(opener, "click", () => {
      closeMenus();
      (document.getElementById(opener.dataset.openDialog ?? "") as HTMLDialogElement | null)?.showModal();
    }));
  mount("[data-close-dialog]", (closer, life) =>
    life.on(closer, "click", () => closer.closest<HTMLDialogElement>("dialog")?.close()));
  mount("dialog.dialog", (dialog, life) =>
    life.on(dialog, "click", (event) => {
      if (event.target === dialog) (dialog as HTMLDialogElement).close();
    }));
  mount("[data-print]", (button, life) => life.on(button, "click", () => window.print()));
  mount("[data-go-back]", (button, life) => life.on(button, "click", () => history.back()));
}
