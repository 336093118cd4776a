// The map on the wall: goes from part to part by itself, and can be held.
import "maplibre-gl/dist/maplibre-gl.css";
import "../styles/map.scss";
import { mount, type Life } from "../lib/life.ts";
import { getJson } from "../map/asks.ts";
import { live } from "../map/live.ts";
import { addDatums } from "../map/outer.ts";
import { showLegend } from "../map/panel.ts";
import { readState, readTold, type Told } from "../map/told.ts";
import { View, type Step } from "../map/view.ts";

type Stop = { uid: string; name: string; bounds: [number, number, number, number] };
type WallTold = Told & { stops: Stop[]; figures: string[]; by: string };
type Drawn = { name: string; unit: string; total: number | null; areas: (Step & { value: number | null })[] };
const STAY = 15_000;
const RENEW = 60_000;

class Wall {
  private at = 0;
  private held = false;
  private drawn: Drawn[] = [];
  private view: View;

  constructor(private root: HTMLElement, private life: Life, private told: WallTold) {
    if (told.outer) addDatums(told.outer.tiles);
    const state = { ...readState("", told), layers: ["hazards", "calls", "incidents"].filter((id) => told.layers.some((l) => l.id === id)) };
    this.view = new View(told, state, this.part("wall-canvas"), "", true);
    (window as unknown as { anlanMap: unknown }).anlanMap = this.view.map;
    showLegend(this.part("wall-legend"), told, state);
    this.view.map.once("idle", () => void this.colour());
    this.view.map.on("idle", () => { root.dataset.settled = String(Number(root.dataset.settled ?? 0) + 1); });
    life.every(STAY, () => { if (!this.held) this.go(this.at + 1); });
    const renew = (ids: string[]) => {
      this.view.renew(ids);
      void this.colour();
    };
    live(life, told.layers.filter((layer) => state.layers.includes(layer.id)), renew);
    life.every(RENEW, () => renew(state.layers));
    life.ends(() => this.view.map.remove());
    life.on(this.part("wall-hold"), "click", () => this.hold());
    life.on(this.part("wall-full"), "click", () => void document.documentElement.requestFullscreen());
    life.on(document, "keydown", (event) => this.key(event as KeyboardEvent));
  }

  private part(name: string): HTMLElement {
    return this.root.querySelector(`[data-${name}]`) as HTMLElement;
  }

  private hold(): void {
    this.held = !this.held;
    this.part("wall-hold").setAttribute("aria-pressed", String(this.held));
  }

  private key(event: KeyboardEvent): void {
    const by = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[event.key];
    if (by && !(event.target instanceof HTMLCanvasElement)) this.go(this.at + by);
  }

  private go(to: number): void {
    const { stops } = this.told;
    if (!stops.length) return;
    this.at = (to + stops.length) % stops.length;
    const stop = stops[this.at] as Stop;
    const [west, south, east, north] = stop.bounds;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.view.map.fitBounds([[west, south], [east, north]], { padding: 40, duration: calm ? 0 : 1200 });
    this.part("wall-name").textContent = stop.name;
    this.number();
  }

  /** The numbers of the part that is shown. */
  private number(): void {
    const stop = this.told.stops[this.at];
    if (!stop || !this.drawn.length) return;
    this.part("wall-figures").replaceChildren(...this.drawn.map(({ name, unit, total, areas }) => {
      const value = this.at ? areas.find((area) => area.uid === stop.uid)?.value : total;
      const [box, label, number, small] = [document.createElement("div"), document.createElement("dt"), document.createElement("dd"),
        document.createElement("small")];
      label.textContent = name;
      small.textContent = unit;
      number.append(value === null || value === undefined ? (this.told.words.noData ?? "") : value.toLocaleString("zh-CN"), small);
      box.append(label, number);
      return box;
    }));
  }

  private async colour(): Promise<void> {
    this.drawn = await Promise.all(this.told.figures.map((indicator) => getJson<Drawn>(
      `${this.told.urls.areas}?${new URLSearchParams({ indicator, level: this.told.by })}`, this.life.signal)));
    this.view.colour(this.told.by, this.drawn[0]?.areas ?? []);
    this.number();
  }
}

mount("[data-wall]", (root: HTMLElement, life: Life) => { new Wall(root, life, readTold() as WallTold); });
