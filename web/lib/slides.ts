// Parts of a wall page in turn. They are fetched anew when something was sealed, and once a minute; the one shown stays.
import { mount, type Life } from "./life.ts";

const STAY = 15_000;
const RENEW = 60_000;
const APART = 3_000;

class Slides {
  private at = 0;
  private held = false;
  private waits = false;

  constructor(private root: HTMLElement, private life: Life) {
    this.show(0);
    life.every(STAY, () => {
      if (!this.held) this.show(this.at + 1);
    });
    life.every(RENEW, () => void this.renew());
    life.on(document, "anlan:sealed", () => this.soon());
    life.on(this.part("hold"), "click", () => this.hold());
    life.on(this.part("full"), "click", () => void document.documentElement.requestFullscreen());
    life.on(document, "keydown", (event) => this.key(event as KeyboardEvent));
  }

  private part(name: string): HTMLElement {
    return this.root.querySelector(`[data-slides-${name}]`) as HTMLElement;
  }

  private show(to: number): void {
    const slides = [...this.root.querySelectorAll<HTMLElement>("[data-slide]")];
    if (!slides.length) return;
    this.at = (to + slides.length) % slides.length;
    slides.forEach((slide, place) => {
      slide.hidden = place !== this.at;
    });
    this.part("place").textContent = `${this.at + 1} / ${slides.length}`;
  }

  private hold(): void {
    this.held = !this.held;
    this.part("hold").setAttribute("aria-pressed", String(this.held));
  }

  private key(event: KeyboardEvent): void {
    const by = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[event.key];
    if (by) this.show(this.at + by);
  }

  /** Many deeds at once are fetched once. */
  private soon(): void {
    if (this.waits) return;
    this.waits = true;
    this.life.after(APART, () => {
      this.waits = false;
      void this.renew();
    });
  }

  private async renew(): Promise<void> {
    const answer = await fetch(location.href, { signal: this.life.signal, headers: { Accept: "text/html" } }).catch(() => undefined);
    if (!answer?.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-slides-parts]");
    if (!fresh) return;
    this.part("parts").replaceWith(fresh);
    this.show(this.at);
    this.root.dataset.renewed = String(Number(this.root.dataset.renewed ?? 0) + 1);
  }
}

export function startSlides(): void {
  mount("[data-slides]", (root, life) => {
    new Slides(root, life);
  });
}
