// The card of what was picked: its facts and its legal moves; acting comes back to the same view.
import { Refused, fill, getText } from "./asks.ts";
import type { Desk } from "./desk.ts";
import { addressOf } from "./told.ts";

export class Card {
  private shown = "";
  private more: [string, string][] = [];

  constructor(private desk: Desk) {
    desk.life.on(this.place, "click", (event) => this.clicked(event));
    desk.life.on(document, "keydown", (event) => {
      if ((event as KeyboardEvent).key === "Escape" && !this.place.hidden) this.close();
    });
  }

  private get place(): HTMLElement {
    return this.desk.part("map-card");
  }

  /** Shows `layer:uid`; empty closes. */
  async show(at: string): Promise<void> {
    if (at === this.shown) return;
    this.shown = at;
    this.more = [];
    if (!at) {
      this.place.hidden = true;
      this.place.replaceChildren();
      return;
    }
    const [layer, uid] = at.split(":");
    try {
      const html = await getText(`${this.desk.told.urls.card}/${layer}/${uid}/`, this.desk.life.signal);
      if (this.shown !== at) return;
      this.place.innerHTML = html;
      this.place.hidden = false;
      this.list();
      this.comeBack();
    } catch (fault) {
      if (!(fault instanceof Refused)) throw fault;
      this.desk.note(fault.message || this.desk.told.words.none);
    }
  }

  /** Everything else that stands at the same place. */
  others(named: string[], titles: Map<string, string>): void {
    this.more = named.slice(0, 30).map((name) => [name, titles.get(name) ?? ""]);
    this.list();
  }

  private list(): void {
    this.place.querySelector(".map-card-others")?.remove();
    if (this.more.length < 2 || this.place.hidden) return;
    const box = document.createElement("div");
    box.className = "map-card-others";
    const head = document.createElement("p");
    head.textContent = fill(this.desk.told.words.here, { n: this.more.length });
    box.append(head, ...this.more.filter(([name]) => name !== this.shown).map(([name, title]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "map-hit";
      button.dataset.other = name;
      button.textContent = title;
      return button;
    }));
    this.place.append(box);
  }

  /** What is done from here returns here. */
  private comeBack(): void {
    const here = location.pathname + addressOf(this.desk.state);
    for (const form of this.place.querySelectorAll("form")) {
      const next = document.createElement("input");
      Object.assign(next, { type: "hidden", name: "_next", value: here });
      form.append(next);
    }
    for (const link of this.place.querySelectorAll<HTMLAnchorElement>(".moves-list a")) {
      link.search = `?${new URLSearchParams({ _next: here })}`;
    }
  }

  private clicked(event: Event): void {
    const target = event.target as HTMLElement;
    if (target.closest("[data-card-close]")) this.close();
    const other = target.closest<HTMLElement>("[data-other]")?.dataset.other;
    if (other) {
      const kept = this.more;
      this.desk.change({ at: other });
      this.more = kept;
    }
  }

  private close(): void {
    this.desk.change({ at: "" });
    this.desk.view.map.getCanvas().focus();
  }
}
