// The frame around every page: title, what waits to be sent, the page, the thumb's button. Addresses stand behind #.
import { icon } from "../lib/icons.ts";
import { say } from "../lib/words.ts";
import type { App } from "./app.ts";
import { h } from "./dom.ts";
import { callFinish, calls, phones } from "./pages/calls.ts";
import { leave } from "./pages/leave.ts";
import { mend, outbox } from "./pages/outbox.ts";
import { place } from "./pages/place.ts";
import { matter, shop } from "./pages/reports.ts";
import { round } from "./pages/round.ts";
import { selfCheck } from "./pages/selfcheck.ts";
import { unit } from "./pages/unit.ts";
import { dropIn, visit } from "./pages/visit.ts";
import { welcome } from "./pages/welcome.ts";

/** live: drawn again when something was sent or came; a page with a form is not. */
export type Page = { title: string; body: Node[]; thumb?: Node[]; back?: string; live?: boolean };
export type Shown = Page | Promise<Page>;
type Maker = (app: App, id: string) => Shown;

const PAGES: Record<string, Maker> = {
  "": round, unit, visit, drop: dropIn, shop, matter, calls, call: callFinish, phones, outbox, mend, leave, place, self: selfCheck,
};

export function go(address: string): void {
  if (location.hash === `#/${address}`) dispatchEvent(new HashChangeEvent("hashchange"));
  else location.hash = `#/${address}`;
}

export function back(): void {
  go("");
}

function banner(app: App): HTMLElement | null {
  if (app.standing === "sign-in" && app.pack) {
    return h("div", { class: "note note-late", role: "status" }, icon("lock"), h("p", {}, say("signInAgain"), " ", h("a", { href: SIGN_IN }, say("signIn"))));
  }
  if (app.standing === "held" || app.standing === "wiped") return h("div", { class: "note note-late", role: "alert" }, icon("late"), h("p", {}, app.sentences.join("")));
  const [ring] = app.rings;
  if (ring && !/^#\/calls?\b/.test(location.hash)) {
    return h("div", { class: "note note-late", role: "alert" }, icon("call"), h("p", {}, ring.text, " ", h("a", { href: "#/calls" }, say("ringGo"))));
  }
  return null;
}

export const SIGN_IN = "/sign-in/?next=/field/app/";

function chip(app: App): HTMLElement {
  const n = app.unsent.length;
  const words = app.sending && n ? say("sendingN", { n }) : n ? say("waitingN", { n }) : app.photosLeft.length ? say("photosN", { n: app.photosLeft.length }) : app.standing === "offline" ? say("noNetwork") : say("allSent");
  return h("a", { class: "outbox-chip", href: "#/outbox" }, icon(app.standing === "offline" ? "offline" : n ? "clock" : "check"), words);
}

/** An address outside the app that was asked for without a network leads to the same thing inside. */
function entrance(): void {
  const visited = /^\/field\/visits\/([0-9a-f-]{36})\/$/.exec(location.pathname);
  if (!location.hash) history.replaceState(null, "", `#/${visited ? `visit/${visited[1]}` : ""}`);
}

export function begin(app: App): void {
  const root = document.getElementById("app") as HTMLElement;
  const title = h("div", { class: "phone-title" });
  const backTo = h("a", { class: "phone-back" }, icon("back"), h("span", { class: "visually-hidden" }, say("back")));
  const tools = h("div");
  const main = h("main", { class: "phone-main", id: "main", tabindex: -1 });
  const foot = h("footer", { class: "thumb" });
  root.replaceChildren(h("header", { class: "phone-top" }, backTo, title, tools), main, foot);
  let shown: Page | undefined;
  let asked = 0;

  const put = (page: Page) => {
    shown = page;
    document.title = `${page.title} · ${say("appName")}`;
    title.textContent = page.title;
    backTo.hidden = page.back === undefined;
    backTo.setAttribute("href", `#/${page.back ?? ""}`);
    const told = banner(app);
    main.replaceChildren(h("h1", { class: "visually-hidden" }, page.title), ...(told ? [told] : []), ...page.body);
    foot.replaceChildren(...(page.thumb ?? []));
    foot.hidden = !page.thumb;
  };
  const show = async (moved: boolean) => {
    const turn = (asked += 1);
    const [, name = "", id = ""] = /^#\/([a-z]*)\/?(.*)$/.exec(location.hash) ?? [];
    const make = app.pack ? (PAGES[name] ?? round) : name === "outbox" ? outbox : welcome;
    const page = await make(app, id);
    if (turn !== asked) return;
    put(page);
    if (moved) {
      scrollTo(0, 0);
      main.focus({ preventScroll: true });
    }
  };
  app.onChange = () => {
    tools.replaceChildren(chip(app));
    if (!shown || shown.live || !app.pack) void show(false);
  };
  addEventListener("hashchange", () => void show(true));
  entrance();
  app.onChange();
}
