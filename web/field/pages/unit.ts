// A unit's file: what it is, what is still open there, what was said last time, and the one button that begins the visit.
import { icon } from "../../lib/icons.ts";
import { say } from "../../lib/words.ts";
import type { App } from "../app.ts";
import { link } from "../bits.ts";
import { h } from "../dom.ts";
import type { Page } from "../frame.ts";
import { stopsOf, type Pack, type Unit } from "../pack.ts";

function facts(unit: Unit, pack: Pack): HTMLElement {
  const rows: [string, string | number | null][] = [
    [say("placeType"), pack.place_types.find((place) => place.code === unit.type)?.name ?? ""], [say("riskColour"), pack.words.colours[unit.colour] ?? ""],
    [say("manager"), unit.manager], [say("gas"), unit.gas], [say("cylinders"), unit.cylinders], [say("storeys"), unit.storeys], [say("exits"), unit.exits]];
  return h("dl", { class: "facts" }, ...rows.filter(([, value]) => value !== "" && value !== null).flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}

function standing(unit: Unit, pack: Pack): HTMLElement[] {
  if (!unit.hazards.length) return [];
  return [h("section", { class: "block" }, h("h2", {}, say("hazardsStanding")), h("ul", { class: "plain" }, ...unit.hazards.map((hazard) =>
    h("li", {}, hazard.what, " ", h("span", { class: hazard.late ? "text-late" : "text-soft" },
      [pack.words.levels[hazard.level], hazard.place, hazard.due_on && say(hazard.late ? "dueLate" : "dueOn", { day: hazard.due_on })].filter(Boolean).join(" · ")))))) ];
}

function lastTime(unit: Unit, pack: Pack): HTMLElement {
  const last = unit.last;
  if (!last) return h("p", { class: "text-soft" }, say("neverVisited"));
  const bad = (pack.handbook?.items ?? []).filter((item) => last.answers[item.code] === "hazard");
  return h("section", { class: "block" }, h("h2", {}, say("lastTime")), h("p", {}, say("lastWords", { day: last.on, result: pack.words.results[last.result] ?? "" }), last.signer && ` · ${say("signedBy", { who: last.signer })}`),
    bad.length > 0 && h("ul", { class: "plain" }, ...bad.map((item) => h("li", {}, icon("hazard"), " ", pack.language === "en" ? item.en : item.text))));
}

export function unit(app: App, uid: string): Page {
  const pack = app.pack as Pack;
  const held = app.units[uid];
  if (!held) return { title: say("unit"), back: "", body: [h("div", { class: "empty" }, icon("empty"), h("h2", {}, say("unitGone")), h("p", {}, say("unitGoneWords")))] };
  const stop = stopsOf(pack, app.day).find((one) => one.unit === uid);
  const own = stop && app.newest("visit", stop.uid);
  const open = stop && stop.state === "planned" && (!own || own.state === "refused");
  const begin = own?.state === "refused" ? link(say("mend"), `mend/${own.n}`, "btn btn-primary") : open ? link(say("arrive"), `visit/${stop.uid}`, "btn btn-primary", "place") : link(say(stop ? "dropInAgain" : "dropIn"), `drop/${uid}`, "btn btn-primary", "place");
  return {
    title: held.name, back: "", thumb: [begin],
    body: [h("p", { class: "text-soft" }, held.address), ...standing(held, pack), lastTime(held, pack), facts(held, pack)],
  };
}
