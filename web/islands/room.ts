// The map of a command room: the place, who and what is on its way to it, and what stands around, in the layers of the one map.
import type { Feature, FeatureCollection, Point } from "geojson";
import "maplibre-gl/dist/maplibre-gl.css";
import "../styles/map.scss";
import { mount, type Life } from "../lib/life.ts";
import { getJson, getText, Refused } from "../map/asks.ts";
import { live } from "../map/live.ts";
import { addDatums } from "../map/outer.ts";
import { showLegend } from "../map/panel.ts";
import { readState, wordsOfAll, type State, type Told } from "../map/told.ts";
import { View } from "../map/view.ts";

type Spot = [number, number];
type Ways = { scene: Spot | null; ways: [Spot, string][]; box: [number, number, number, number] | null };
/** What stands around the place, whosever it is. */
const AROUND = ["shelters"];
const CLOSEST = 16;

class RoomMap {
  private view?: View;
  private state: State;
  private box = "";

  constructor(private root: HTMLElement, private life: Life, private told: Told) {
    const of = root.dataset.of ?? "";
    const layers = told.layers.map((layer) => layer.id);
    const conditions = Object.fromEntries(layers.filter((id) => !AROUND.includes(id)).map((id) => [id, { of }]));
    this.state = { ...readState("", told), layers, conditions };
    const box = this.ways().box;
    if (box) told.bounds = box;
    if (told.outer) addDatums(told.outer.tiles);
    life.on(this.part("map-list"), "toggle", () => void this.list());
    try {
      this.view = new View(told, this.state, this.part("map-canvas"), "", document.body.classList.contains("wall"));
    } catch {
      this.note(told.words.noGl ?? "");
      this.open();
      return;
    }
    this.wire(this.view);
  }

  private wire(view: View): void {
    const { map } = view;
    (window as unknown as { anlanMap: unknown }).anlanMap = map;
    this.life.ends(() => map.remove());
    showLegend(this.part("map-legend"), this.told, this.state);
    map.once("load", () => {
      this.draw(view);
      this.fit(view);
    });
    map.on("idle", () => { this.root.dataset.settled = String(Number(this.root.dataset.settled ?? 0) + 1); });
    map.on("moveend", () => void this.list());
    map.on("click", (event) => this.pick(view, event.point));
    live(this.life, this.told.layers, (ids) => {
      view.renew(ids);
      void this.list();
    });
    this.life.on(document, "anlan:parts", () => { if (map.getSource("ground")) this.draw(view); });
    this.print(view);
  }

  private part<T extends HTMLElement = HTMLElement>(name: string): T {
    return (this.root.querySelector<T>(`[data-${name}]`) ?? document.createElement("div")) as T;
  }

  private ways(): Ways {
    return JSON.parse(document.getElementById("room-ways")?.textContent ?? "{}") as Ways;
  }

  /** A dashed line from where each stands to the place. When another comes from farther away, the map goes out to it. */
  private draw(view: View): void {
    const { scene, ways, box } = this.ways();
    const features: Feature[] = scene ? ways.map(([from]) => ({
      type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: [from, scene] } })) : [];
    view.sketch({ type: "FeatureCollection", features } as FeatureCollection);
    this.root.dataset.ways = String(features.length);
    if (this.box && String(box) !== this.box) this.fit(view);
    this.box = String(box);
  }

  private fit(view: View): void {
    const box = this.ways().box;
    if (!box) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    view.map.fitBounds([[box[0], box[1]], [box[2], box[3]]], { padding: { top: 64, bottom: 48, left: 84, right: 84 }, maxZoom: CLOSEST, duration: this.box && !calm ? 600 : 0 });
  }

  /** What was touched, as links to its own page. */
  private pick(view: View, point: { x: number; y: number }): void {
    const seen = new Set<string>();
    const links = view.at(point).flatMap(({ properties, layer, geometry }) => {
      const told = this.told.layers.find(({ id }) => layer.id.startsWith(`${id}-`));
      const uid = String(properties.uid ?? "");
      if (!told || !uid || seen.has(uid)) {
        if (properties.n) view.map.easeTo({ center: (geometry as Point).coordinates as Spot, zoom: view.map.getZoom() + 2 });
        return [];
      }
      seen.add(uid);
      const link = document.createElement("a");
      link.href = `/desk/${told.slug}/${uid}/`;
      link.textContent = `${told.label} ${String(properties.title ?? "")}`;
      return [link];
    });
    this.part("map-picked").replaceChildren(...links);
  }

  private async list(): Promise<void> {
    if (!this.part<HTMLDetailsElement>("map-list").open) return;
    const words = new URLSearchParams({ ...wordsOfAll(this.state), bbox: this.view?.box ?? this.told.bounds.join(",") });
    try {
      this.part("map-table").innerHTML = await getText(`${this.told.urls.table}?${words}`, this.life.signal);
      for (const button of this.part("map-table").querySelectorAll<HTMLElement>("[data-fly]")) {
        this.life.on(button, "click", () => this.fly(button));
      }
    } catch (fault) {
      if (fault instanceof Refused) this.note(fault.message);
    }
  }

  private fly(button: HTMLElement): void {
    const [lon, lat] = (button.dataset.fly ?? "").split(",").map(Number) as Spot;
    this.view?.map.jumpTo({ center: [lon, lat], zoom: CLOSEST });
    this.part("map-canvas").scrollIntoView({ block: "nearest" });
  }

  private open(): void {
    this.part<HTMLDetailsElement>("map-list").open = true;
    void this.list();
  }

  private note(sentence: string): void {
    const place = this.part("map-note");
    place.textContent = sentence;
    place.hidden = !sentence;
  }

  /** On paper stands the picture as it is on the screen. */
  private print(view: View): void {
    const picture = document.createElement("img");
    picture.className = "map-picture";
    picture.alt = "";
    this.life.on(window, "beforeprint", () => {
      picture.src = view.picture();
      this.part("map-canvas").append(picture);
    });
    this.life.on(window, "afterprint", () => picture.remove());
  }
}

mount("[data-room-map]", (root: HTMLElement, life: Life) => {
  getJson<Told>(root.dataset.told ?? "", life.signal).then((told) => new RoomMap(root, life, told)).catch((fault: unknown) => {
    if (!(fault instanceof DOMException)) throw fault;
  });
});
