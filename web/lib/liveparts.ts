// A page that several people watch: when something was sealed it is fetched anew and its parts are put in, without a reload.
// What the reader looks at stays where it is, and so does the focus; whatever was missed comes with the next fetch.
// A part with `data-live-keep` renews itself and is put back as it was: a map, say.
import { hear } from "./stream.ts";
import { mount, type Life } from "./life.ts";

const APART = 400;
const AGAIN = 2_000; // the network was gone: what happened meanwhile is asked for until it is there
const RENEW = 60_000; // limits run out by themselves, and not every deed is one's own ground's

class Parts {
  private waits = false;
  private readonly kinds: Set<string>;

  constructor(private root: HTMLElement, private life: Life) {
    this.kinds = new Set((root.dataset.liveParts ?? "").split(" ").filter(Boolean));
    hear("anlan:sealed", ({ kind }) => {
      if (!kind || this.kinds.has(kind)) this.soon();
    }, life.signal);
    life.on(window, "online", () => this.soon(0));
    life.every(RENEW, () => void this.renew());
  }

  /** Many deeds at once are fetched once. */
  private soon(apart = APART): void {
    if (this.waits) return;
    this.waits = true;
    this.life.after(apart, () => {
      this.waits = false;
      void this.renew();
    });
  }

  private async renew(): Promise<void> {
    const answer = await fetch(location.href, { signal: this.life.signal, headers: { Accept: "text/html" } }).catch(() => undefined);
    if (answer?.redirected) return; // the session is over, and the page says so
    if (!answer?.ok) {
      this.soon(AGAIN);
      return;
    }
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live-parts]");
    if (!fresh) return;
    const read = this.readHere();
    const kept = [...this.root.querySelectorAll<HTMLElement>("[data-live-keep]")];
    const busy = kept.some((part) => part.contains(document.activeElement)) && document.activeElement;
    const focus = this.root.contains(document.activeElement) ? document.activeElement?.getAttribute("href") : null;
    this.root.replaceChildren(...fresh.childNodes);
    for (const part of kept) this.root.querySelector(`[data-live-keep="${part.dataset.liveKeep}"]`)?.replaceWith(part);
    if (busy instanceof HTMLElement && document.activeElement !== busy) busy.focus({ preventScroll: true });
    if (read) scrollBy({ top: this.topOf(read.id) - read.top, behavior: "instant" });
    if (focus) this.root.querySelector<HTMLElement>(`a[href="${CSS.escape(focus)}"]`)?.focus({ preventScroll: true });
    document.dispatchEvent(new CustomEvent("anlan:parts"));
    this.root.dataset.renewed = String(Number(this.root.dataset.renewed ?? 0) + 1);
  }

  /** The first part of which something can be seen, where the page is scrolled. */
  private readHere(): { id: string; top: number } | undefined {
    if (scrollY < 1) return undefined;
    const seen = [...this.root.querySelectorAll<HTMLElement>("section[aria-labelledby]")]
      .find((part) => part.getBoundingClientRect().bottom > 0);
    const id = seen?.getAttribute("aria-labelledby");
    return seen && id ? { id, top: seen.getBoundingClientRect().top } : undefined;
  }

  private topOf(id: string): number {
    const part = this.root.querySelector(`section[aria-labelledby="${CSS.escape(id)}"]`);
    return part?.getBoundingClientRect().top ?? 0;
  }
}

export function startLiveParts(): void {
  mount("[data-live-parts]", (root, life) => {
    new Parts(root, life);
  });
}
