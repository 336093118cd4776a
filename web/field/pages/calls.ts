// Calls to this post (sign, arrive, tell, finish), and whom to call oneself.
import { icon } from "../../lib/icons.ts";
import { toast } from "../../lib/toasts.ts";
import { say } from "../../lib/words.ts";
import type { App } from "../app.ts";
import { area, button, choices, clockOf, field, link, photoField, type Taken } from "../bits.ts";
import { h } from "../dom.ts";
import { go, type Page } from "../frame.ts";
import { Owed } from "../owed.ts";
import type { Call, Pack } from "../pack.ts";
import type { Deed } from "../queue.ts";

const AFTER: Record<string, string> = { sign: "signed", arrive: "arrived", finish: "finished" };

/** The state as far as the phone knows: its own deeds count before they are told. */
function stateOf(app: App, call: Call): string {
  const own = app.items.filter((i) => i.deed.kind === "call" && i.deed.case === call.uid && i.state !== "refused" && i.state !== "told" && i.deed.move in AFTER);
  const order = ["ringing", "signed", "arrived", "finished"];
  return own.map((i) => AFTER[i.deed.move] ?? "").reduce((far, one) => (order.indexOf(one) > order.indexOf(far) ? one : far), call.state);
}

function deed(app: App, uid: string, move: string, given: Record<string, unknown> = {}, photos: string[] = []): Deed {
  return { kind: "call", move, case: uid, post: (app.pack as Pack).post, given, photos };
}

function moves(app: App, call: Call): HTMLElement[] {
  const state = stateOf(app, call);
  const step = (move: string, words: string) => button(say(words), async () => {
    if (await app.keep(deed(app, call.uid, move))) toast({ sentence: say("callKept") });
    go("calls");
  }, "btn-primary");
  if (state === "ringing") return [step("sign", "callSign")];
  const finish = link(say("callFinish"), `call/${call.uid}`, "btn");
  return state === "signed" ? [step("arrive", "callArrive"), ...(call.priority === "P4" ? [finish] : [])] : state === "arrived" ? [finish] : [h("span", { class: "tag" }, say("callTold"))];
}

/** Who called, how urgent, where to meet and by when. */
function about(pack: Pack, call: Call): HTMLElement {
  const rows = [
    ["callCaller", call.caller], ["callUrgency", pack.words.priorities?.[call.priority]], ["callPlace", call.place],
    ["callMeet", [call.meet_at && clockOf(call.meet_at), call.meet_place].filter(Boolean).join(" ")], ["callDue", call.due_at && clockOf(call.due_at)],
  ].filter(([, value]) => value) as [string, string][];
  return h("dl", { class: "facts" }, ...rows.flatMap(([key, value]) => [h("dt", {}, say(key)), h("dd", {}, value)]));
}

export function calls(app: App): Page {
  const pack = app.pack as Pack;
  return {
    title: say("calls"), back: "", live: true,
    body: pack.calls.length
      ? [h("ul", { class: "plain" }, ...pack.calls.map((call) => h("li", { class: "block", "data-call": call.uid }, h("h2", {}, call.goal), h("p", { class: "text-soft" }, call.code), about(pack, call), h("div", { class: "cluster" }, ...moves(app, call)))))]
      : [h("div", { class: "empty" }, icon("empty"), h("h2", {}, say("noCalls")), h("p", {}, say("noCallsWords")))],
  };
}

/** A photo of how it looks now is owed for all that was done, wholly or in part; advice (P4) needs none. */
function photoOwed(call: Call | undefined, result: string): boolean {
  return call?.priority !== "P4" && (result === "solved" || result === "partly");
}

type Held = { result: string; finding: string; photos: string[] };

export async function callFinish(app: App, uid: string): Promise<Page> {
  const pack = app.pack as Pack;
  const call = pack.calls.find((one) => one.uid === uid);
  const held = (await app.shelf.sheet<Held>(`call-${uid}`)) ?? { result: "", finding: "", photos: [] };
  const owed = new Owed();
  const fault = h("p", { class: "field-error", role: "alert" });
  const send: HTMLButtonElement = button(say("keep"), async () => {
    const { result, finding, photos } = held;
    fault.textContent = !result || !finding.trim() ? say("faultCall") : photoOwed(call, result) && !photos.length ? say("faultCallPhoto") : "";
    if (fault.textContent) return;
    send.disabled = true;
    if (!(await keep({}))) return void (send.disabled = false);
    const given = { result, finding, ...(photos.length ? { photos } : {}) };
    if (!(await app.keep(deed(app, uid, "finish", given, photos), photos))) return void (send.disabled = false);
    await app.shelf.dropSheet(`call-${uid}`);
    go("calls");
  }, "btn-primary");
  const keep = async (more: Partial<Held>, taken: Taken[] = []): Promise<boolean> => {
    Object.assign(held, more);
    try {
      await owed.keep(taken, (all) => app.shelf.keepSheet(`call-${uid}`, held, all));
      return true;
    } catch {
      toast({ sentence: say("diskFull"), fault: true });
      return false;
    }
  };
  return {
    title: say("callFinish"), back: "calls", thumb: [send],
    body: [h("h2", {}, call?.goal ?? ""), photoField(app, { label: say("afterPhoto"), name: "photos", held: held.photos, change: (photos, taken) => keep({ photos }, taken) }),
      choices("outcome", say("callResult"), Object.entries(pack.words.outcomes), held.result, (result) => keep({ result })),
      field(say("callFinding"), area(held.finding, (finding) => keep({ finding }), { name: "finding", maxlength: 2000 })), fault],
  };
}

export function phones(app: App): Page {
  return {
    title: say("phones"), back: "",
    body: [h("ul", { class: "plain phones" }, ...(app.pack as Pack).phones.map(({ name, phone }) =>
      h("li", {}, h("a", { href: `tel:${phone}` }, icon("phone"), h("span", {}, name), h("strong", { class: "number" }, phone)))))],
  };
}
