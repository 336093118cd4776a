// The panel: what is ticked and chosen, read into the state and shown from it.
import { showSigns } from "./signs.ts";
import type { Conditions, LayerTold, State, Told } from "./told.ts";

function ticked(boxes: HTMLInputElement[]): string[] {
  return boxes.filter((box) => box.checked).map((box) => box.value);
}

function part(panel: HTMLElement, layer: LayerTold): HTMLElement | null {
  return panel.querySelector<HTMLElement>(`[data-layer="${layer.id}"]`);
}

const inputs = (box: ParentNode, name: string) => [...box.querySelectorAll<HTMLInputElement>(`input[${name}]`)];

function readLayer(box: HTMLElement, layer: LayerTold): Conditions {
  const found: Conditions = {};
  const levels = inputs(box, "data-level");
  const chosen = ticked(levels);
  if (chosen.length && chosen.length < levels.length) found.level = chosen.join(",");
  const states = ticked(inputs(box, "data-state"));
  const usual = layer.families.filter(([, , shown]) => shown).map(([name]) => name);
  if (states.length && states.join() !== usual.join()) found.state = states.join(",");
  for (const choice of box.querySelectorAll<HTMLSelectElement>("select[data-filter]")) {
    if (choice.value) found[choice.dataset.filter ?? ""] = choice.value;
  }
  return found;
}

/** Layers, conditions and heat as the panel stands. */
export function readPanel(panel: HTMLElement, told: Told): Pick<State, "layers" | "conditions" | "heat"> {
  const found = { layers: [] as string[], conditions: {} as Record<string, Conditions>, heat: [] as string[] };
  for (const layer of told.layers) {
    const box = part(panel, layer);
    if (!box) continue;
    if (box.querySelector<HTMLInputElement>("[data-show]")?.checked) found.layers.push(layer.id);
    if (box.querySelector<HTMLInputElement>("[data-heat]")?.checked) found.heat.push(layer.id);
    const conditions = readLayer(box, layer);
    if (Object.keys(conditions).length) found.conditions[layer.id] = conditions;
  }
  return found;
}

/** Puts a state into the panel. */
export function showPanel(panel: HTMLElement, told: Told, state: State): void {
  for (const layer of told.layers) {
    const box = part(panel, layer);
    if (!box) continue;
    const held = state.conditions[layer.id] ?? {};
    for (const input of inputs(box, "data-show")) input.checked = state.layers.includes(layer.id);
    for (const input of inputs(box, "data-heat")) input.checked = state.heat.includes(layer.id);
    const levels = held.level?.split(",");
    for (const input of inputs(box, "data-level")) input.checked = !levels || levels.includes(input.value);
    const states = held.state === "all" ? undefined : held.state?.split(",");
    for (const input of inputs(box, "data-state")) {
      const usual = layer.families.find(([name]) => name === input.value)?.[2] ?? false;
      input.checked = held.state === "all" || (states ? states.includes(input.value) : usual);
    }
    for (const choice of box.querySelectorAll<HTMLSelectElement>("select[data-filter]")) {
      choice.value = held[choice.dataset.filter ?? ""] ?? "";
    }
    box.classList.toggle("map-layer-narrowed", Object.keys(held).length > 0);
    showSigns(box, layer);
  }
}

/** The legend: each layer that is shown, its levels as words with their signs. */
export function showLegend(legend: HTMLElement, told: Told, state: State): void {
  legend.replaceChildren(...told.layers.filter((layer) => state.layers.includes(layer.id)).map((layer) => {
    const row = document.createElement("div");
    const name = document.createElement("b");
    name.textContent = layer.label;
    row.append(name);
    const levels = state.conditions[layer.id]?.level?.split(",");
    const signs = layer.signs.filter(([value]) => layer.byState
      ? (state.conditions[layer.id]?.state?.split(",") ?? layer.families.filter(([, , usual]) => usual).map(([f]) => f)).includes(value)
      : !levels || levels.includes(value));
    for (const [value, word] of signs) {
      const item = document.createElement("span");
      const sign = document.createElement("span");
      sign.className = "map-sign";
      sign.dataset.sign = value;
      sign.setAttribute("aria-hidden", "true");
      item.append(sign, word);
      row.append(item);
    }
    showSigns(row, layer);
    return row;
  }));
}
