// Nothing is on the phone yet: sign in once with a network, and the day is taken along.
import { icon } from "../../lib/icons.ts";
import { say } from "../../lib/words.ts";
import type { App } from "../app.ts";
import { h } from "../dom.ts";
import { SIGN_IN, type Page } from "../frame.ts";

export function welcome(app: App): Page {
  const told = { "sign-in": "welcomeSignIn", offline: "welcomeOffline", held: "welcomeHeld", wiped: "welcomeWiped", "": "welcomeLoading" }[app.standing];
  const sign = h("a", { class: "btn btn-primary", href: SIGN_IN }, say("signIn"));
  return {
    title: say("appName"), live: true, thumb: app.standing === "sign-in" || app.standing === "wiped" ? [sign] : undefined,
    body: [h("div", { class: "empty" }, icon("round"), h("h2", {}, say("appName")), h("p", { role: "status" }, say(told)))],
  };
}
