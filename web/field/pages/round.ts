// The day: the round in walking order, as a list and as a sketch of the ground.
import { icon } from "../../lib/icons.ts";
import { say } from "../../lib/words.ts";
import type { App } from "../app.ts";
import { link } from "../bits.ts";
import { h, s } from "../dom.ts";
import type { Page } from "../frame.ts";
import { stopsOf, type Pack, type Stop } from "../pack.ts";
import { draw, type Point } from "../sketch.ts";

const SIDE = 328;

/** What the phone knows of a visit, its own records before the pack's. */
function standing(app: App, stop: Stop): { open: boolean; words: string } {
  const own = app.newest("visit", stop.uid);
  if (own?.state === "refused") return { open: true, words: say("stateRefused") };
  if (own) return { open: false, words: say(own.state === "kept" ? "stateKept" : own.state === "told" ? "stateTold" : "stateDone") };
  if (stop.state !== "planned") return { open: false, words: app.pack?.words.results[stop.result] ?? say("stateMissed") };
  return { open: true, words: app.drafts.some((draft) => draft.uid === stop.uid) ? say("stateDraft") : "" };
}

function row(app: App, stop: Stop): HTMLElement {
  const unit = app.units[stop.unit];
  const { open, words } = standing(app, stop);
  const hazards = unit?.hazards.length ?? 0;
  const address = app.drafts.some((draft) => draft.uid === stop.uid) ? `visit/${stop.uid}` : `unit/${stop.unit}`;
  return h("li", { class: open ? "" : "stop-done", "data-visit": stop.uid }, link(h("span", { class: "stop-row" },
    h("span", { class: "stop-no" }, open ? stop.turn : icon("check")),
    h("span", {}, unit?.name ?? "", h("small", {}, unit?.address ?? ""), hazards > 0 && h("small", {}, say("hazardsOpen", { n: hazards }))),
    h("span", {}, words ? h("span", { class: "tag" }, words) : h("span", { class: `risk risk-${unit?.colour}` }, app.pack?.words.colours[unit?.colour ?? ""] ?? ""))), address, ""));
}

export function map(app: App, stops: Stop[]): SVGElement {
  const placed = stops.filter((stop) => app.units[stop.unit]?.lon != null && app.units[stop.unit]?.lat != null);
  const points = placed.map((stop) => [app.units[stop.unit]?.lon, app.units[stop.unit]?.lat] as Point);
  const drawn = draw(app.pack?.boundaries ?? [], points, SIDE);
  const way = drawn.dots.map((dot) => `${dot.x.toFixed(1)},${dot.y.toFixed(1)}`).join(" ");
  return s("svg", { class: "sketch", viewBox: `0 0 ${SIDE} ${SIDE}`, role: "group", "aria-label": say("mapLabel") },
    ...drawn.lines.map((line) => s("path", { d: line.d, class: "sketch-line" }, s("title", {}, line.name))),
    s("polyline", { points: way, class: "sketch-way" }),
    ...placed.map((stop, n) => {
      const { x, y } = drawn.dots[n] as { x: number; y: number };
      const { open } = standing(app, stop);
      return s("a", { href: `#/unit/${stop.unit}`, "aria-label": `${stop.turn} ${app.units[stop.unit]?.name ?? ""}`, class: open ? "sketch-stop" : "sketch-stop sketch-done" },
        s("circle", { cx: x, cy: y, r: 22, class: "sketch-reach" }), s("circle", { cx: x, cy: y, r: 12 }), s("text", { x, y: y + 4.5, "text-anchor": "middle" }, stop.turn));
    }));
}

function fold(app: App, days: string[]): HTMLElement[] {
  return days.map((day) => h("details", { class: "block" }, h("summary", {}, say("dayRound", { day: day.slice(5), n: stopsOf(app.pack as never, day).length })),
    h("ol", { class: "stops plain" }, ...stopsOf(app.pack as never, day).map((stop) => row(app, stop)))));
}

function loose(app: App, stops: Stop[]): HTMLElement[] {
  const listed = new Set(stops.map((stop) => stop.uid));
  const drafts = app.drafts.filter((draft) => !listed.has(draft.uid));
  const visited = new Set(app.items.filter((i) => i.deed.kind === "visit").map((i) => String(i.deed.given.premises ?? "")));
  const shops = app.items.filter((i) => i.deed.kind === "premises" && i.mendedBy === undefined && i.at.slice(0, 10) >= new Date(Date.now() - 86_400_000).toISOString().slice(0, 10));
  const rows = [
    ...drafts.map((draft) => h("li", {}, link(`${app.units[draft.unit]?.name ?? ""} · ${say("stateDraft")}`, `visit/${draft.uid}`, ""))),
    ...shops.map((i) => h("li", {}, link(`${String(i.deed.given.name ?? "")}${visited.has(i.deed.case) ? ` · ${say("stateDone")}` : ""}`, `unit/${i.deed.case}`, ""))),
  ];
  return rows.length ? [h("section", { class: "block" }, h("h2", {}, say("besides")), h("ul", { class: "plain links" }, ...rows))] : [];
}

/** The asker's own units, and what each is to be asked: its own inspection. */
function own(app: App, pack: Pack): HTMLElement[] {
  const rows = (pack.own ?? []).map(({ unit, last }) => {
    const made = app.items.filter((i) => i.deed.kind === "self_inspection" && i.deed.given.premises === unit && i.mendedBy === undefined).length;
    return h("li", {}, link(h("span", { class: "stop-row" }, icon("premise"),
      h("span", {}, app.units[unit]?.name ?? "", h("small", {}, last ? say("selfLast", { day: last }) : say("selfNever"))),
      made > 0 && h("span", { class: "tag" }, say("selfMade", { n: made }))), `self/${unit}`, ""));
  });
  return rows.length ? [h("section", {}, h("h2", {}, say("ownUnits")), h("ul", { class: "stops plain" }, ...rows))] : [];
}

export function round(app: App): Page {
  const pack = app.pack as NonNullable<App["pack"]>;
  const stops = stopsOf(pack, app.day);
  const left = stops.filter((stop) => standing(app, stop).open);
  const next = left[0];
  const later = [...new Set(pack.rounds.map((r) => r.day))].filter((day) => day > app.day).sort();
  const ways = h("div", { class: "cluster mt-4" },
    link(say("matter"), "matter", "btn", "camera"), link(say("shop"), "shop", "btn", "add"), link(app.pack?.calls.length ? say("callsN", { n: app.pack.calls.length }) : say("calls"), "calls", "btn", "call"),
    app.unread > 0 && h("a", { class: "btn", href: "/desk/notices/" }, icon("bell"), say("unreadN", { n: app.unread })),
    link(say("phones"), "phones", "btn", "phone"), link(say(app.pack?.place?.since ? "placeShared" : "placeShare"), "place", "btn", "place"), link(say("leave"), "leave", "btn", "sign-out"));
  const list = stops.length
    ? [h("p", { class: "done-words" }, say("doneOf", { done: stops.length - left.length, all: stops.length })), h("progress", { value: stops.length - left.length, max: stops.length, "aria-label": say("progress") }),
      h("ol", { class: "stops plain", "aria-label": say("walkOrder") }, ...stops.map((stop) => row(app, stop))),
      h("details", { class: "block", open: app.mapOpen, toggle: (event) => (app.mapOpen = (event.target as HTMLDetailsElement).open) }, h("summary", {}, say("map")), map(app, stops), h("p", { class: "text-soft small" }, say("mapWords")))]
    : pack.own?.length ? [] : [h("div", { class: "empty" }, icon("empty"), h("h2", {}, say("noRound")), h("p", {}, say("noRoundWords")))];
  return {
    title: say("today"), live: true,
    body: [h("p", { class: "text-soft" }, `${app.day} · ${pack.person} · ${pack.title}`), ...own(app, pack), ...list, ...loose(app, stops), ...fold(app, later), ways],
    thumb: next ? [h("p", { class: "thumb-note" }, say("leftN", { n: left.length })), link(say("checkUnit", { unit: app.units[next.unit]?.name ?? "" }), `unit/${next.unit}`, "btn btn-primary")]
      : [link(say("matter"), "matter", "btn", "camera")],
  };
}
