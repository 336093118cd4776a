// A unit's own inspection: the handbook's items of its kind of place, what was found, who looked. Kept as it is filled in.
import { icon } from "../../lib/icons.ts";
import { toast } from "../../lib/toasts.ts";
import { say } from "../../lib/words.ts";
import type { App, Kept } from "../app.ts";
import { area, button, field, input, photoField, type Taken } from "../bits.ts";
import { newId } from "../device.ts";
import { h } from "../dom.ts";
import type { Answer } from "../draft.ts";
import { go, type Page } from "../frame.ts";
import { Owed } from "../owed.ts";
import { itemsFor, type Asked, type Pack } from "../pack.ts";
import { selfGiven, selfMissing, type SelfCheck } from "../selfcheck.ts";

const SAID: [Answer, string, string][] = [["ok", "answer-normal", "normal"], ["hazard", "answer-hazard", "hazard"], ["na", "answer-skip", "skip"]];

type Keep = (more: Partial<SelfCheck>, taken?: Taken[]) => Promise<boolean>;

function checkItem(item: Asked, words: string, held: SelfCheck, keep: Keep): HTMLElement {
  const more = h("div", { class: "checklist-more" });
  const show = () => more.replaceChildren(...(held.answers[item.code] === "hazard"
    ? [field(say("note"), area(held.notes[item.code] ?? "", (value) => void keep({ notes: { ...held.notes, [item.code]: value } }), { maxlength: 300 }), true)] : []));
  const answered = (value: Answer) => {
    void keep({ answers: { ...held.answers, [item.code]: value } });
    show();
  };
  show();
  return h("fieldset", { class: "checklist-item" }, h("legend", {}, words, h("span", { class: "checklist-basis" }, [item.code, item.basis].filter(Boolean).join("；"))),
    h("div", { class: "checklist-answers" }, ...SAID.map(([value, kind, name]) =>
      h("label", { class: kind }, h("input", { type: "radio", name: `answer-${item.code}`, value, checked: held.answers[item.code] === value, change: () => answered(value) }),
        icon(value === "hazard" ? "hazard" : "check"), say(name)))), more);
}

export async function selfCheck(app: App, unit: string): Promise<Page> {
  const pack = app.pack as Pack;
  const about = app.units[unit];
  if (!about || !pack.own?.some((one) => one.unit === unit)) {
    return { title: say("unit"), back: "", body: [h("div", { class: "empty" }, icon("empty"), h("h2", {}, say("unitGone")), h("p", {}, say("unitGoneWords")))] };
  }
  const held: SelfCheck = (await app.shelf.sheet<SelfCheck>(`self-${unit}`)) ?? { uid: newId(), answers: {}, notes: {}, other: "", photos: [], name: pack.person };
  const owed = new Owed();
  const keep: Keep = async (more, taken = []) => {
    Object.assign(held, more);
    try {
      await owed.keep(taken, (all) => app.shelf.keepSheet(`self-${unit}`, held, all));
      return true;
    } catch {
      toast({ sentence: say("diskFull"), fault: true });
      return false;
    }
  };
  const fault = h("p", { class: "field-error", role: "alert" });
  const send: HTMLButtonElement = button(say("keep"), async () => {
    fault.textContent = selfMissing(held) ? say("faultSelf") : "";
    if (fault.textContent) return fault.scrollIntoView({ block: "center" });
    send.disabled = true;
    const deed: Kept = { kind: "self_inspection", move: "record", case: held.uid, post: pack.post, given: selfGiven(held, unit), photos: held.photos, unit };
    if (!(await keep({})) || !(await app.keep(deed, held.photos))) return void (send.disabled = false);
    await app.shelf.dropSheet(`self-${unit}`);
    toast({ sentence: say("selfKept") });
    go("");
  }, "btn-primary");
  return {
    title: say("selfTitle"), back: "", thumb: [h("p", { class: "thumb-note" }, say("selfOnly")), send],
    body: [h("h2", {}, about.name),
      ...itemsFor(pack, about.type).map((item) => checkItem(item, pack.language === "en" ? item.en : item.text, held, keep)),
      field(say("selfOther"), area(held.other, (other) => void keep({ other }), { maxlength: 300, name: "other" }), true),
      photoField(app, { label: say("takePhoto"), name: "photos", held: held.photos, most: 20, change: (photos, taken) => void keep({ photos }, taken) }),
      field(say("selfWho"), input(held.name, (name) => void keep({ name }), { maxlength: 40, name: "name" })), fault],
  };
}
