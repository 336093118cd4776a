// One drawn map: its ground, the layers that are shown, the areas coloured by an indicator.
import type * as GeoJSON from "geojson";
import { Map as GlMap, ScaleControl, NavigationControl, setWorkerUrl, type GeoJSONSource, type LayerSpecification, type MapGeoJSONFeature,
  type VectorTileSource } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { addSigns } from "./signs.ts";
import { FONTS, colouringOf, drawingOf, groundStyle, groundTiles, namesLayer, tilesOf } from "./style.ts";
import type { LayerTold, State, Told } from "./told.ts";
import { token } from "./signs.ts";

setWorkerUrl(workerUrl);

export type Step = { uid: string; step: number };
const REACH = 12;
/** What is drawn, from the ground up. */
const HEIGHTS = [/-(areas|lines)$/, /-(heat|singles)$/, /^names$/, /-(titles|due|here)$/, /-(clusters|counts)$/, /^tool-/];
const heightOf = (id: string) => HEIGHTS.findIndex((name) => name.test(id));

export class View {
  readonly map: GlMap;
  private shown = "";
  private turns: Record<string, number> = {};
  private coloured = "";
  private grounded: string;

  constructor(readonly told: Told, private state: State, container: HTMLElement, private on: string, simple = false) {
    const [west, south, east, north] = told.bounds;
    this.grounded = on;
    this.map = new GlMap({
      container, style: groundStyle(told, state, on), localIdeographFontFamily: FONTS, attributionControl: false,
      bounds: [[west, south], [east, north]], fitBoundsOptions: { padding: { top: 24, right: 24, left: 24, bottom: simple ? 24 : 96 } }, minZoom: 7, maxZoom: 20, dragRotate: false,
      pitchWithRotate: false, touchPitch: false, fadeDuration: 0,
      locale: { "Map.Title": told.words.mapLabel ?? "", "NavigationControl.ZoomIn": told.words.zoomIn ?? "",
        "NavigationControl.ZoomOut": told.words.zoomOut ?? "", "ScaleControl.Meters": told.words.metre ?? "m",
        "ScaleControl.Kilometers": told.words.kilometre ?? "km" },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    if (state.center && state.zoom !== undefined) this.map.jumpTo({ center: state.center, zoom: state.zoom });
    if (!simple) {
      this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
      this.map.addControl(new ScaleControl({ unit: "metric" }), "bottom-right");
    }
    this.map.once("style.load", () => {
      addSigns(this.map, told.layers);
      this.show(state, on);
    });
  }

  private layer(id: string): LayerTold | undefined {
    return this.told.layers.find((layer) => layer.id === id);
  }

  /** Draws what the state asks for; does nothing where nothing has changed. */
  show(state: State, on: string): void {
    this.state = state;
    this.on = on;
    if (!this.map.isStyleLoaded() && !this.map.getSource("ground")) return;
    const wanted = JSON.stringify([state.layers, state.conditions, state.heat, on]);
    if (wanted === this.shown) return;
    this.shown = wanted;
    if (on !== this.grounded) (this.map.getSource("ground") as VectorTileSource).setTiles([groundTiles(this.told, on)]);
    this.grounded = on;
    for (const layer of this.told.layers) this.clear(layer);
    if (this.map.getLayer("names")) this.map.removeLayer("names");
    for (const id of state.layers) this.draw(this.layer(id));
    this.add(namesLayer());
  }

  private clear(layer: LayerTold): void {
    for (const drawn of this.map.getStyle().layers) if (drawn.id.startsWith(`${layer.id}-`)) this.map.removeLayer(drawn.id);
    for (const source of [`things-${layer.id}`, `shapes-${layer.id}`]) if (this.map.getSource(source)) this.map.removeSource(source);
  }

  private draw(layer: LayerTold | undefined): void {
    if (!layer) return;
    const tiles = (sort: "tiles" | "shapes") => this.tiles(layer.id, sort);
    this.map.addSource(`things-${layer.id}`, { type: "vector", tiles: [tiles("tiles")], minzoom: 4, maxzoom: 20 });
    if (layer.extent) this.map.addSource(`shapes-${layer.id}`, { type: "vector", tiles: [tiles("shapes")], minzoom: 9, maxzoom: 18 });
    const place = this.state.layers.filter((id) => !this.state.heat.includes(id)).indexOf(layer.id);
    for (const drawn of drawingOf(layer, this.state.heat.includes(layer.id), Math.max(place, 0))) this.add(drawn);
  }

  /** Beneath the first that stands higher, so that no layer hides the counts or the names of another. */
  private add(drawn: LayerSpecification): void {
    const own = heightOf(drawn.id);
    this.map.addLayer(drawn, this.map.getStyle().layers.find((layer) => heightOf(layer.id) > own)?.id);
  }

  private tiles(id: string, sort: "tiles" | "shapes"): string {
    return tilesOf(this.told, this.state, id, this.on, this.turns[id] ?? 0, sort);
  }

  /** Fetches what is shown of these layers again, in its place: something has changed. */
  renew(ids: string[]): void {
    for (const id of ids) {
      this.turns[id] = (this.turns[id] ?? 0) + 1;
      for (const [name, sort] of [[`things-${id}`, "tiles"], [`shapes-${id}`, "shapes"]] as const) {
        (this.map.getSource(name) as VectorTileSource | undefined)?.setTiles([this.tiles(id, sort)]);
      }
    }
  }

  /** Colours the areas of a level; an empty list takes the colour away. */
  colour(level: string, steps: Step[]): void {
    const wanted = steps.length ? `${level}/${this.on}` : "";
    if (wanted !== this.coloured) {
      for (const id of ["colouring-edges", "colouring"]) if (this.map.getLayer(id)) this.map.removeLayer(id);
      if (this.map.getSource("colouring")) this.map.removeSource("colouring");
      if (wanted) {
        this.map.addSource("colouring", { type: "vector", tiles: [groundTiles(this.told, this.on, level)], maxzoom: 18, promoteId: "uid" });
        for (const layer of colouringOf()) this.map.addLayer(layer, "edges");
      }
      this.coloured = wanted;
    }
    for (const { uid, step } of steps) {
      this.map.setFeatureState({ source: "colouring", sourceLayer: "areas", id: uid }, { step });
    }
  }

  /** What of the layers stands at a place of the screen. */
  at(point: { x: number; y: number }): MapGeoJSONFeature[] {
    const near: [[number, number], [number, number]] = [[point.x - REACH, point.y - REACH], [point.x + REACH, point.y + REACH]];
    const layers = this.map.getStyle().layers.map((layer) => layer.id).filter((id) => /-(singles|clusters|areas|lines)$/.test(id));
    return layers.length ? this.map.queryRenderedFeatures(near, { layers }) : [];
  }

  /** The layers of which some tile in view holds more than may be read one by one. */
  over(): string[] {
    return this.state.layers.filter((id) => this.map.getSource(`things-${id}`)
      && this.map.querySourceFeatures(`things-${id}`, { sourceLayer: "things", filter: ["has", "over"] }).length > 0);
  }

  /** A drawing of the hand: what tools measure, look around, or keep. */
  sketch(data: GeoJSON.FeatureCollection): void {
    const source = this.map.getSource("tool") as GeoJSONSource | undefined;
    if (source) {
      source.setData(data);
      return;
    }
    this.map.addSource("tool", { type: "geojson", data });
    const colour = token("accent-deep");
    this.map.addLayer({ id: "tool-area", type: "fill", source: "tool", filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": colour, "fill-opacity": 0.1 } });
    this.map.addLayer({ id: "tool-line", type: "line", source: "tool", filter: ["!=", ["geometry-type"], "Point"],
      paint: { "line-color": colour, "line-width": 2, "line-dasharray": [2, 1] } });
    this.map.addLayer({ id: "tool-point", type: "circle", source: "tool", filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": 5, "circle-color": token("ground"), "circle-stroke-color": colour, "circle-stroke-width": 2 } });
  }

  /** The picture as it stands; drawn anew first, as the drawing buffer is not kept (that would cost frames). */
  picture(): string {
    this.map.redraw();
    return this.map.getCanvas().toDataURL("image/png");
  }

  get box(): string {
    const bounds = this.map.getBounds();
    return [Math.max(bounds.getWest(), -180), Math.max(bounds.getSouth(), -85), Math.min(bounds.getEast(), 180),
      Math.min(bounds.getNorth(), 85)].map((degree) => degree.toFixed(6)).join(",");
  }
}
