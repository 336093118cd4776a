// What is shared, when, with whom and for how long, before anything is; one tap on, one tap off.
import { icon } from "../../lib/icons.ts";
import { say } from "../../lib/words.ts";
import type { App } from "../app.ts";
import { button } from "../bits.ts";
import { h } from "../dom.ts";
import type { Page } from "../frame.ts";
import { onDuty, share } from "../place.ts";

export function place(app: App): Page {
  const rules = app.pack?.place;
  const on = Boolean(rules?.since);
  const act = button(say(on ? "placeOff" : "placeAgree"), async (event) => {
    (event.currentTarget as HTMLButtonElement).disabled = true;
    await share(app, !on);
    app.onChange();
  }, on ? "" : "btn-primary");
  const state = on ? say(onDuty(app) ? "placeOn" : "placeOnRest") : say("placeIsOff");
  const facts: [string, string][] = [
    ["placeWhat", say("placeWhatWords")], ["placeWhen", say("placeWhenWords")], ["placeWho", say("placeWhoWords")],
    ["placeLong", say("placeLongWords", { n: rules?.minutes ?? 30 })], ["placeFree", say("placeFreeWords")],
  ];
  return {
    title: say("placeTitle"), back: "", live: true, thumb: [act],
    body: [h("p", { role: "status" }, icon(on ? "check" : "place"), " ", state), h("dl", { class: "facts facts-long" }, ...facts.flatMap(([key, words]) => [h("dt", {}, say(key)), h("dd", {}, words)]))],
  };
}
