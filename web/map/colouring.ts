// Areas coloured by an indicator: five depths of one colour, with their bounds, the day and the source beside them.
import { Refused, fill, getJson } from "./asks.ts";
import type { Desk } from "./desk.ts";

type Drawn = {
  id: string; name: string; unit: string; definition: string; day: string; level: number; breaks: number[];
  areas: { uid: string; name: string; value: number | null; step: number; url: string }[];
};
const DEPTHS = [0.04, 0.16, 0.3, 0.46, 0.64, 0.84];

export class Colouring {
  private shown = "";

  constructor(private desk: Desk) {
    const choose = () => desk.change({ indicator: this.indicator.value, by: this.level.value });
    desk.life.on(this.indicator, "change", choose);
    desk.life.on(this.level, "change", choose);
  }

  private get indicator() { return this.desk.part<HTMLSelectElement>("indicator"); }
  private get level() { return this.desk.part<HTMLSelectElement>("level-of"); }

  async show(): Promise<void> {
    const { state } = this.desk;
    this.indicator.value = state.indicator;
    this.level.value = state.by;
    const wanted = JSON.stringify([state.indicator, state.by, state.on, state.vs]);
    if (wanted === this.shown) return;
    this.shown = wanted;
    if (!state.indicator) {
      this.desk.view.colour("", []);
      this.desk.colourSecond("", []);
      this.desk.part("map-scale").replaceChildren();
      this.desk.part("print-scale").replaceChildren();
      return;
    }
    try {
      const drawn = await this.ask(state.on);
      const second = state.vs ? await this.ask(state.vs) : undefined;
      if (this.shown !== wanted) return;
      this.whenReady(() => {
        this.desk.view.colour(state.by, drawn.areas);
        if (second) this.desk.colourSecond(state.by, second.areas);
      });
      this.explain(drawn);
    } catch (fault) {
      if (fault instanceof Refused) this.desk.note(fault.message);
    }
  }

  private whenReady(act: () => void): void {
    const { map } = this.desk.view;
    if (map.getLayer("edges")) act();
    else map.once("idle", act);
  }

  private ask(on: string): Promise<Drawn> {
    const words = new URLSearchParams({ indicator: this.desk.state.indicator, level: this.desk.state.by, ...(on ? { on } : {}) });
    return getJson<Drawn>(`${this.desk.told.urls.areas}?${words}`, this.desk.life.signal);
  }

  private explain(drawn: Drawn): void {
    const head = document.createElement("p");
    head.textContent = fill(this.desk.told.words.choropleth, { name: drawn.name, day: drawn.day });
    const scale = document.createElement("ul");
    scale.className = "map-scale";
    const told: [number, string][] = [[0, `0 ${drawn.unit}`], ...drawn.breaks.map((top, n): [number, string] =>
      [n + 1, `${n ? `${drawn.breaks[n - 1]}–` : "≤ "}${top} ${drawn.unit}`])];
    scale.append(...told.map(([step, words]) => {
      const item = document.createElement("li");
      const box = document.createElement("span");
      box.style.opacity = String(DEPTHS[step] ?? 0);
      item.append(box, words);
      return item;
    }));
    const list = document.createElement("ol");
    list.className = "map-ranking";
    const ranked = [...drawn.areas].sort((a, b) => (b.value ?? -1) - (a.value ?? -1)).slice(0, 20);
    list.append(...ranked.map((area) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = area.url;
      link.textContent = area.name;
      item.append(link, ` ${area.value === null ? (this.desk.told.words.noData ?? "") : `${area.value} ${drawn.unit}`}`);
      return item;
    }));
    const about = document.createElement("p");
    about.className = "text-faint";
    about.textContent = drawn.definition;
    this.desk.part("map-scale").replaceChildren(head, scale, list, about);
    this.desk.part("print-scale").replaceChildren(head.cloneNode(true), scale.cloneNode(true));
  }
}
