// Tools of the hand: measure, what lies around, the nearest, a sketch that is kept. Mouse, finger and keyboard alike.
import type * as GeoJSON from "geojson";
import type { MapMouseEvent } from "maplibre-gl";
import { Refused, fill, postJson } from "./asks.ts";
import type { Desk } from "./desk.ts";
import { areaOf, circle, lengthOf, type Position } from "./measure.ts";
import { wordsOfAll } from "./told.ts";

type Kind = "Point" | "LineString" | "Polygon";
type Tool = "measure" | "near" | "nearest" | "sketch";
type Away = { layer: string; label: string; uid: string; title: string; lon: number; lat: number; metres: number; url: string };
const KINDS: Record<Tool, Kind[]> = {
  measure: ["LineString", "Polygon"], near: ["Point", "LineString", "Polygon"], nearest: ["Point"], sketch: ["Point", "LineString", "Polygon"],
};

export class Tools {
  private tool?: Tool;
  private points: Position[] = [];

  constructor(private desk: Desk) {
    const { life, view } = desk;
    for (const button of desk.root.querySelectorAll<HTMLButtonElement>("[data-tool]")) {
      life.on(button, "click", () => this.begin(button.dataset.tool as Tool));
    }
    view.map.on("click", (event: MapMouseEvent) => this.add([event.lngLat.lng, event.lngLat.lat]));
    life.on(view.map.getCanvas(), "keydown", (event) => this.key(event as KeyboardEvent));
    life.on(desk.part("tool-done"), "click", () => void this.done());
    life.on(desk.part("tool-around"), "click", () => void this.around());
    life.on(desk.part("tool-back"), "click", () => this.takeBack());
    life.on(desk.part("tool-end"), "click", () => this.end());
    life.on(desk.part("tool-kinds"), "change", () => this.restart());
    life.on(desk.part("metres"), "input", () => this.draw());
  }

  get active(): boolean {
    return this.tool !== undefined;
  }

  private get kind(): Kind {
    return (this.desk.part("tool-kinds").querySelector<HTMLInputElement>("input:checked")?.value ?? "Point") as Kind;
  }

  private begin(tool: Tool): void {
    this.tool = tool;
    this.points = [];
    const form = this.desk.part("tool-form");
    form.hidden = false;
    for (const label of form.querySelectorAll<HTMLElement>("[data-for]")) label.hidden = label.dataset.for !== tool;
    const kinds = KINDS[tool];
    for (const input of form.querySelectorAll<HTMLInputElement>("[name=draw]")) {
      const label = input.closest("label");
      if (label) label.hidden = !kinds.includes(input.value as Kind);
      input.checked = input.value === kinds[0];
    }
    this.desk.part("tool-done").hidden = tool === "measure";
    this.offerAround();
    this.restart();
    this.desk.view.map.getCanvas().focus();
  }

  /** What is picked may be the middle: a sketch or a pipe with all of its shape. */
  offerAround(): void {
    this.desk.part("tool-around").hidden = !this.desk.state.at || !(this.tool === "near" || this.tool === "nearest");
  }

  private async around(): Promise<void> {
    this.points = [];
    this.draw();
    await this.tell({ around: this.desk.state.at });
  }

  private restart(): void {
    this.points = [];
    this.desk.part("tool-result").replaceChildren();
    this.draw();
  }

  private key(event: KeyboardEvent): void {
    if (!this.active) return;
    const { lng, lat } = this.desk.view.map.getCenter();
    if (event.key === "Enter") this.add([lng, lat]);
    else if (event.key === "Backspace") this.takeBack();
    else if (event.key === "Escape") this.end();
    else return;
    event.preventDefault();
  }

  private add(point: Position): void {
    if (!this.active) return;
    this.points = this.kind === "Point" ? [point] : [...this.points, point];
    this.draw();
    if (this.kind === "Point" && this.tool !== "sketch") void this.done();
  }

  private takeBack(): void {
    this.points = this.points.slice(0, -1);
    this.draw();
  }

  private end(): void {
    this.tool = undefined;
    this.points = [];
    this.desk.part("tool-form").hidden = true;
    this.draw();
  }

  private geometry(): GeoJSON.Geometry | undefined {
    const [first] = this.points;
    if (!first) return undefined;
    if (this.kind === "Point") return { type: "Point", coordinates: first };
    if (this.kind === "LineString") return this.points.length > 1 ? { type: "LineString", coordinates: this.points } : undefined;
    return this.points.length > 2 ? { type: "Polygon", coordinates: [[...this.points, first]] } : undefined;
  }

  private draw(): void {
    const geometry = this.geometry();
    const dots: GeoJSON.Feature[] = this.points.map((at) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: at } }));
    const line: GeoJSON.Feature[] = geometry && geometry.type !== "Point" ? [{ type: "Feature", properties: {}, geometry }]
      : this.points.length > 1 ? [{ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: this.points } }] : [];
    const [first] = this.points;
    const around: GeoJSON.Feature[] = this.tool === "near" && this.kind === "Point" && first
      ? [{ type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [circle(first, this.metres())] } }] : [];
    this.desk.view.sketch({ type: "FeatureCollection", features: [...around, ...line, ...dots] });
    this.hint();
  }

  private metres(): number {
    return Number(this.desk.part<HTMLInputElement>("metres").value) || 0;
  }

  private hint(): void {
    const { words } = this.desk.told;
    const place = this.desk.part("tool-hint");
    if (!this.points.length) {
      place.textContent = (this.kind === "Point" ? words.pickHint : words.measureHint) ?? "";
      return;
    }
    const said = [fill(words.points, { n: this.points.length })];
    if (this.kind !== "Point") said.push(this.told(lengthOf(this.kind === "Polygon" ? [...this.points, this.points[0] as Position] : this.points)));
    if (this.kind === "Polygon" && this.points.length > 2) said.push(this.square(areaOf(this.points)));
    place.textContent = said.join(" · ");
  }

  private told(metres: number): string {
    const { words } = this.desk.told;
    return metres < 1000 ? fill(words.metres, { n: Math.round(metres) }) : fill(words.kilometres, { n: (metres / 1000).toFixed(2) });
  }

  private square(metres: number): string {
    const { words } = this.desk.told;
    return metres < 100_000 ? fill(words.squareMetres, { n: Math.round(metres).toLocaleString() })
      : fill(words.squareKilometres, { n: (metres / 1e6).toFixed(2) });
  }

  private async done(): Promise<void> {
    const geometry = this.geometry();
    if (!geometry || !this.tool || this.tool === "measure") return;
    if (this.tool === "sketch") await this.orSay(() => this.keep(geometry));
    else await this.tell({ geometry });
  }

  private tell(middle: { geometry: GeoJSON.Geometry } | { around: string }): Promise<void> {
    return this.orSay(async () => this.list(await this.ask(middle)));
  }

  private async orSay(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (fault) {
      if (!(fault instanceof Refused)) throw fault;
      this.desk.part("tool-result").textContent = fault.message || (this.desk.told.words.failed ?? "");
    }
  }

  private ask(middle: object): Promise<{ found: Away[]; count: number; notes: string[] }> {
    const wish = this.tool === "near" ? { metres: this.metres() }
      : { nearest: Number(this.desk.part<HTMLInputElement>("count").value) };
    return postJson(this.desk.told.urls.near ?? "", { ...wordsOfAll(this.desk.state), ...middle, ...wish }, this.desk.life.signal);
  }

  private list({ found, count, notes }: { found: Away[]; count: number; notes: string[] }): void {
    const head = document.createElement("p");
    head.textContent = found.length ? fill(this.desk.told.words.here, { n: count }) : (this.desk.told.words.none ?? "");
    const list = document.createElement("ol");
    list.className = "map-ranking";
    list.append(...found.slice(0, 50).map((away) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "map-hit" });
      Object.assign(button.dataset, { fly: `${away.lon},${away.lat}`, at: `${away.layer}:${away.uid}` });
      const more = document.createElement("small");
      more.textContent = `${away.label} · ${this.told(away.metres)}`;
      button.append(away.title, more);
      item.append(button);
      return item;
    }));
    const said = notes.map((note) => Object.assign(document.createElement("p"), { textContent: note }));
    this.desk.part("tool-result").replaceChildren(head, ...said, list);
  }

  private async keep(geometry: GeoJSON.Geometry): Promise<void> {
    const of = (name: string) => this.desk.part<HTMLInputElement>(name);
    const kept = await postJson<{ uid: string }>(this.desk.told.urls.sketch ?? "", {
      name: of("name").value, note: of("note").value, shared: of("shared").checked, geometry }, this.desk.life.signal);
    const layers = this.desk.state.layers.includes("sketches") ? this.desk.state.layers : [...this.desk.state.layers, "sketches"];
    this.end();
    this.desk.view.renew(["sketches"]);
    this.desk.change({ layers, at: `sketches:${kept.uid}` });
    this.desk.note(this.desk.told.words.saved);
  }
}
