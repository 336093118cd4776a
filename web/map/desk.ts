// The desk map: panel, view, card, table, time and tools held together by one state.
import type { MapMouseEvent } from "maplibre-gl";
import type { Life } from "../lib/life.ts";
import { Refused, fill, getJson, getText } from "./asks.ts";
import { Card } from "./card.ts";
import { Colouring } from "./colouring.ts";
import { live } from "./live.ts";
import { addDatums } from "./outer.ts";
import { readPanel, showLegend, showPanel } from "./panel.ts";
import { preparePrint } from "./print.ts";
import { Time } from "./time.ts";
import { addressOf, overFigure, readState, wordsOfAll, type State, type Told } from "./told.ts";
import { Tools } from "./tools.ts";
import { View } from "./view.ts";

type Hit = { sort: string; title: string; layer?: string; uid?: string; lon?: number; lat?: number; bounds?: [number, number, number, number] };

/** Milliseconds from one writing of a moving map's address to the next. */
const APART = 250;

export class Desk {
  state: State;
  view!: View;
  private second?: View;
  private card: Card;
  private time: Time;
  private tools!: Tools;
  private colouring: Colouring;
  private listing?: AbortController;
  private leaving?: () => void;

  constructor(readonly root: HTMLElement, readonly life: Life, readonly told: Told) {
    this.state = readState(location.search, told);
    this.card = new Card(this);
    this.time = new Time(this);
    this.colouring = new Colouring(this);
  }

  part<T extends HTMLElement = HTMLElement>(name: string): T {
    return this.root.querySelector<T>(`[data-${name}]`) as T;
  }

  start(): void {
    if (this.told.outer) addDatums(this.told.outer.tiles);
    try {
      this.view = new View(this.told, this.state, this.part("map-canvas"), this.state.on);
    } catch {
      this.note(this.told.words.noGl);
      this.part<HTMLDetailsElement>("map-list").open = true;
      return;
    }
    (window as unknown as { anlanMap: unknown }).anlanMap = this.view.map;
    this.life.ends(() => this.view.map.remove());
    this.tools = new Tools(this);
    this.part<HTMLDetailsElement>("legend-box").open = matchMedia("(min-width: 768px)").matches;
    this.wire();
    this.showState();
    live(this.life, this.told.layers, (ids) => {
      if (this.state.on) return; // a past day does not change
      this.view.renew(ids);
      void this.list();
    });
    preparePrint(this);
  }

  private wire(): void {
    const map = this.view.map;
    map.on("moveend", () => this.moved());
    this.life.on(window, "pagehide", () => { if (this.leaving) this.arrived(); });
    map.on("idle", () => this.settled());
    map.on("click", (event) => this.pick(event));
    map.on("error", (event) => this.failed(event.error));
    this.life.on(this.part("map-side"), "change", (event) => this.panelChanged(event));
    this.life.on(window, "popstate", () => this.back());
    this.life.on(this.part("map-find"), "submit", (event) => void this.find(event));
    this.life.on(this.part("map-list"), "toggle", () => void this.list());
    this.life.on(this.part("map-link"), "click", () => void this.copyLink());
    this.life.on(this.root, "click", (event) => this.fly(event));
    this.life.on(map.getCanvas(), "keydown", (event) => {
      if (event.key === "Enter" && !this.tools.active) this.open(this.middle());
    });
  }

  private middle(): { x: number; y: number } {
    const canvas = this.view.map.getCanvas();
    return { x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 };
  }

  // The state

  /** Takes a change over: into the address, the panel and the drawing. */
  change(part: Partial<State>, keep = true): void {
    this.state = { ...this.state, ...part };
    history[keep ? "pushState" : "replaceState"](null, "", addressOf(this.state));
    this.showState();
  }

  private back(): void {
    this.state = readState(location.search, this.told);
    if (this.state.center && this.state.zoom !== undefined) {
      this.view.map.jumpTo({ center: this.state.center, zoom: this.state.zoom });
    }
    this.showState();
  }

  private showState(): void {
    showPanel(this.part("map-side"), this.told, this.state);
    for (const legend of ["map-legend", "print-legend"]) showLegend(this.part(legend), this.told, this.state);
    this.view.show(this.state, this.state.on);
    this.time.show();
    this.compare();
    void this.colouring.show();
    void this.card.show(this.state.at);
    this.tools?.offerAround();
    void this.list();
  }

  private panelChanged(event: Event): void {
    const target = event.target as HTMLElement;
    if (target.closest("[data-map-tools], [data-map-colouring]")) return;
    const layer = target.closest<HTMLElement>("[data-layer]");
    if (layer && !target.matches("[data-show]")) {
      const show = layer.querySelector<HTMLInputElement>("[data-show]");
      if (show) show.checked = true;
    }
    this.change(readPanel(this.part("map-side"), this.told));
  }

  private moved(): void {
    const { lng, lat } = this.view.map.getCenter();
    this.state = { ...this.state, center: [lng, lat], zoom: this.view.map.getZoom() };
    this.leaving ??= this.life.after(APART, () => this.arrived());
  }

  /** Address and list follow a few times a second: written at each picture they cost half of the pictures. */
  private arrived(): void {
    this.leaving?.();
    this.leaving = undefined;
    history.replaceState(null, "", addressOf(this.state));
    void this.list();
  }

  private settled(): void {
    this.sayOver(this.view.over());
    this.root.dataset.settled = String(Number(this.root.dataset.settled ?? 0) + 1);
  }

  note(sentence = ""): void {
    const place = this.part("map-note");
    if (place.textContent === sentence) return;
    place.textContent = sentence;
    place.hidden = !sentence;
  }

  /** Where there are too many to draw, the way to the same counted by area; nothing is shown in part. */
  private sayOver(layers: string[]): void {
    const place = this.part("map-note");
    if (layers.length && place.querySelector("button")) return;
    this.note(layers.length ? this.told.words.over : "");
    const figure = overFigure(this.told, layers);
    if (!layers.length || (figure && this.state.indicator === figure)) return;
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "btn btn-inline", textContent: this.told.words.overOffer });
    button.addEventListener("click", () => this.colourInstead(figure));
    place.append(" ", button);
  }

  private colourInstead(figure: string): void {
    this.note();
    this.part<HTMLDetailsElement>("map-colouring").open = true;
    this.part<HTMLSelectElement>("indicator").focus();
    if (figure) this.change({ indicator: figure });
  }

  private failed(error: unknown): void {
    if (error instanceof Error && error.name === "AbortError") return;
    this.note(this.told.words.failed);
  }

  // Picking

  private pick(event: MapMouseEvent): void {
    if (!this.tools.active) this.open(event.point);
  }

  private open(point: { x: number; y: number }): void {
    const [first] = this.view.at(point);
    const cluster = first?.properties.n !== undefined ? first : undefined;
    if (cluster && cluster.geometry.type === "Point") {
      this.view.map.easeTo({ center: cluster.geometry.coordinates as [number, number], zoom: this.view.map.getZoom() + 2 });
      return;
    }
    const things = this.view.at(point).filter((feature) => feature.properties.uid);
    const named = [...new Map(things.map((f) => [f.properties.uid as string, `${f.layer.id.replace(/-[a-z]+$/, "")}:${f.properties.uid}`]))
      .values()];
    this.change({ at: named[0] ?? "" });
    this.card.others(named, new Map(things.map((f) => [`${f.layer.id.replace(/-[a-z]+$/, "")}:${f.properties.uid}`, String(f.properties.title)])));
  }

  private fly(event: Event): void {
    const button = (event.target as HTMLElement).closest<HTMLElement>("[data-fly]");
    if (!button) return;
    const [lon, lat] = (button.dataset.fly ?? "").split(",").map(Number) as [number, number];
    this.view.map.jumpTo({ center: [lon, lat], zoom: Math.max(this.view.map.getZoom(), 16) });
    if (button.dataset.at) this.change({ at: button.dataset.at });
  }

  // Finding

  private async find(event: Event): Promise<void> {
    event.preventDefault();
    const text = this.part("map-find").querySelector("input")?.value.trim() ?? "";
    const place = this.part("map-found");
    if (!text) {
      place.replaceChildren();
      return;
    }
    try {
      const { found } = await getJson<{ found: Hit[] }>(`${this.told.urls.find}?q=${encodeURIComponent(text)}`, this.life.signal);
      place.replaceChildren(...found.map((hit) => this.hit(hit)));
      if (!found.length) place.textContent = this.told.words.none ?? "";
      if (found.length === 1) place.querySelector("button")?.click();
    } catch (fault) {
      place.textContent = this.whyNot(fault);
    }
  }

  /** What a refusal says; where no sound answer came, that none came. */
  private whyNot(fault: unknown): string {
    return (fault instanceof Refused && fault.message) || (this.told.words.failed ?? "");
  }

  private hit(hit: Hit): HTMLElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "map-hit";
    const sort = document.createElement("small");
    sort.textContent = hit.sort;
    button.append(hit.title, sort);
    button.addEventListener("click", () => this.goTo(hit));
    return button;
  }

  private goTo(hit: Hit): void {
    if (hit.bounds) {
      const [west, south, east, north] = hit.bounds;
      this.view.map.fitBounds([[west, south], [east, north]], { padding: 40, duration: 0 });
      return;
    }
    if (hit.lon === undefined || hit.lat === undefined || !hit.layer) return;
    this.view.map.jumpTo({ center: [hit.lon, hit.lat], zoom: Math.max(this.view.map.getZoom(), 16) });
    const layers = this.state.layers.includes(hit.layer) ? this.state.layers : [...this.state.layers, hit.layer];
    this.change({ at: `${hit.layer}:${hit.uid}`, layers });
  }

  // The table

  async list(): Promise<void> {
    if (!this.part<HTMLDetailsElement>("map-list").open) return;
    this.listing?.abort();
    this.listing = new AbortController();
    const place = this.part("map-table");
    if (!this.state.layers.length) {
      place.replaceChildren();
      return;
    }
    const words = new URLSearchParams({ ...wordsOfAll(this.state), bbox: this.view?.box ?? this.told.bounds.join(",") });
    try {
      place.innerHTML = await getText(`${this.told.urls.table}?${words}`, this.listing.signal);
    } catch (fault) {
      if (!(fault instanceof DOMException && fault.name === "AbortError")) place.textContent = this.whyNot(fault);
    }
  }

  // Two dates side by side

  private compare(): void {
    const views = this.part("map-views");
    views.classList.toggle("map-two", Boolean(this.state.vs));
    const own = this.part("map-caption");
    own.hidden = !this.state.vs;
    own.textContent = this.state.on || this.told.today;
    if (!this.state.vs) {
      this.second?.map.remove();
      this.second = undefined;
      views.querySelector(".map-second")?.remove();
      this.view.map.resize();
      return;
    }
    if (!this.second) this.second = this.openSecond(views);
    const caption = views.querySelector(".map-second .map-caption");
    if (caption) caption.textContent = fill(this.told.words.compare, { day: this.state.vs });
    this.second.show(this.state, this.state.vs);
  }

  private openSecond(views: HTMLElement): View {
    const box = document.createElement("div");
    box.className = "map-second";
    const canvas = document.createElement("div");
    canvas.className = "map-canvas";
    const caption = document.createElement("p");
    caption.className = "map-caption";
    box.append(canvas, caption);
    views.append(box);
    this.view.map.resize();
    const second = new View(this.told, this.state, canvas, this.state.vs, true);
    const [one, other] = [this.view.map, second.map];
    const follow = (from: typeof one, to: typeof one) => () => {
      if (from.getCenter().distanceTo(to.getCenter()) > 0.5 || Math.abs(from.getZoom() - to.getZoom()) > 0.001) {
        to.jumpTo({ center: from.getCenter(), zoom: from.getZoom() });
      }
    };
    other.jumpTo({ center: one.getCenter(), zoom: one.getZoom() });
    one.on("move", follow(one, other));
    other.on("move", follow(other, one));
    return second;
  }

  get views(): View[] {
    return this.second ? [this.view, this.second] : [this.view];
  }

  colourSecond(level: string, steps: { uid: string; step: number }[]): void {
    this.second?.colour(level, steps);
  }

  private async copyLink(): Promise<void> {
    await navigator.clipboard?.writeText(location.origin + location.pathname + addressOf(this.state)).catch(() => undefined);
    this.note(this.told.words.copied);
  }
}
