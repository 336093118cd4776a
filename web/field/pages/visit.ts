// One visit: every tap is kept at once; what Anlan knows is not asked.
import { icon } from "../../lib/icons.ts";
import { toast } from "../../lib/toasts.ts";
import { say } from "../../lib/words.ts";
import type { App } from "../app.ts";
import { area, button, choices, clockOf, field, input, photoField, select, signature, whereabouts, type Taken } from "../bits.ts";
import { newId } from "../device.ts";
import { h } from "../dom.ts";
import { answer, deedOf, faultsOf, levelOf, newDraft, newFind, type Answer, type Draft, type Find } from "../draft.ts";
import { go, type Page } from "../frame.ts";
import { Owed } from "../owed.ts";
import { itemsFor, type Asked, type Pack, type Unit } from "../pack.ts";
import { Elsewhere } from "../shelf.ts";
import { voiceField } from "../voice.ts";

const SAID: [Answer, string, string][] = [["ok", "answer-normal", "normal"], ["hazard", "answer-hazard", "hazard"], ["na", "answer-skip", "skip"]];

/** A draft on the page: what changes is kept, one change after the other. */
class Work {
  private kept: Promise<boolean> = Promise.resolve(true);
  private readonly owed = new Owed();
  private rev: number;
  private elsewhere = false;

  constructor(readonly app: App, public draft: Draft, readonly unit: Unit, readonly items: Asked[], readonly pack: Pack) {
    this.rev = draft.rev ?? 0;
  }

  set(more: Partial<Draft>, taken: Taken[] = []): void {
    const draft = (this.draft = { ...this.draft, ...more });
    this.kept = this.kept.then(() => this.store(draft, taken));
  }

  /** From here on it is another visit: nobody else has it. */
  become(more: Partial<Draft>): void {
    this.rev = 0;
    this.set(more);
  }

  /** Whether it is on the phone as it stands. */
  private async store(draft: Draft, taken: Taken[]): Promise<boolean> {
    if (this.elsewhere) return false;
    try {
      await this.owed.keep(taken, (all) => this.app.shelf.keepDraft({ ...draft, rev: this.rev + 1 }, all));
      this.rev += 1;
      return true;
    } catch (fault) {
      this.elsewhere = fault instanceof Elsewhere;
      toast({ sentence: say(this.elsewhere ? "draftElsewhere" : "diskFull"), fault: true });
      if (this.elsewhere) void this.app.reread().then(() => go(location.hash.replace(/^#\//, "")));
      return false;
    }
  }

  setFind(uid: string, more: Partial<Find>, taken: Taken[] = []): void {
    this.set({ finds: this.draft.finds.map((find) => (find.uid === uid ? { ...find, ...more } : find)) }, taken);
  }

  /** Once all is stored: whether the last of it was. */
  all(): Promise<boolean> {
    return this.kept;
  }

  words(item: Asked): string {
    return this.pack.language === "en" ? item.en : item.text;
  }
}

function control(work: Work, find: Find): HTMLElement {
  return choices(`control-${find.uid}`, say("control"), Object.entries(work.pack.words.controls), find.control, (value) => work.setFind(find.uid, { control: value }));
}

function grading(work: Work, find: Find, item: Asked | undefined, again: () => void): HTMLElement {
  const levels = Object.entries(work.pack.words.levels);
  const days = input(String(find.days ?? item?.days ?? 3), (value) => work.setFind(find.uid, { days: /^\d{1,3}$/.test(value) ? Number(value) : null }), { type: "number", min: 0, max: 365, inputmode: "numeric" });
  const changed = item !== undefined && levelOf(find, work.items) !== item.level;
  return h("details", { open: changed || !item }, h("summary", {}, say("grading")),
    field(say("level"), select(levels, levelOf(find, work.items), (value) => {
      work.setFind(find.uid, { level: value });
      again();
    })),
    changed && field(say("levelReason"), area(find.reason, (value) => work.setFind(find.uid, { reason: value }), { maxlength: 500 })),
    field(say("days"), days));
}

function onSpot(work: Work, find: Find): HTMLElement {
  return h("details", { open: find.after.length > 0 }, h("summary", {}, say("fixedOnSpot")), h("p", { class: "text-soft" }, say("fixedWords")),
    photoField(work.app, { label: say("afterPhoto"), name: `after-${find.item}`, held: find.after, change: (after, taken) => work.setFind(find.uid, { after }, taken) }));
}

/** All there is to say about one find, the photo first. */
function finding(work: Work, uid: string, again: () => void): HTMLElement[] {
  const find = work.draft.finds.find((one) => one.uid === uid);
  if (!find) return [];
  const item = work.items.find((one) => one.code === find.item);
  const major = levelOf(find, work.items) === "major";
  const state = h("p", { class: "find-state", role: "status" });
  const tell = (before: string[]) => (state.textContent = before.length ? say("recorded", { level: work.pack.words.levels[levelOf(find, work.items)] ?? "", days: find.days ?? item?.days ?? 3 }) : "");
  tell(find.before);
  return [
    photoField(work.app, { label: say("takePhoto"), name: `photo-${find.item}`, held: find.before, change: (before, taken) => {
      work.setFind(uid, { before }, taken);
      tell(before);
    } }),
    state, ...(major ? [control(work, find)] : []),
    ...[voiceField(work.app, { held: find.voice ?? [], change: (voice, taken) => work.setFind(uid, { voice }, taken) })].filter((one) => one !== false),
    field(item ? say("note") : say("seenOrTold"), area(find.what, (value) => work.setFind(uid, { what: value }), { maxlength: 500 }), !!item),
    grading(work, find, item, again), ...(major ? [] : [onSpot(work, find)]),
  ];
}

function checkItem(work: Work, item: Asked, counted: () => void): HTMLElement {
  const more = h("div", { class: "checklist-more" });
  const show = () => more.replaceChildren(...finding(work, work.draft.finds.find((find) => find.item === item.code)?.uid ?? "", show));
  const say_ = (said: Answer) => {
    work.set(answer(work.draft, item.code, said, newId));
    show();
    counted();
  };
  const hint = [item.code, item.basis, work.unit.last?.answers[item.code] === "hazard" && say("hazardLast"), work.unit.last?.answers[item.code] === "ok" && say("okLast")].filter(Boolean).join("；");
  show();
  return h("fieldset", { class: "checklist-item", id: `item-${item.code}` },
    h("legend", {}, work.words(item), item.level === "major" && h("span", { class: "tag" }, work.pack.words.levels.major), item.pending && h("span", { class: "provisional" }, say("basisPending")), h("span", { class: "checklist-basis" }, hint)),
    h("div", { class: "checklist-answers" }, ...SAID.map(([value, kind, words]) =>
      h("label", { class: kind }, h("input", { type: "radio", name: `answer-${item.code}`, value, checked: work.draft.answers[item.code] === value, change: () => say_(value) }), icon(value === "hazard" ? "hazard" : "check"), say(words)))), more);
}

function head(work: Work): { bar: HTMLElement; count: () => void } {
  const words = h("span", { role: "status" });
  const line = h("progress", { max: work.items.length, "aria-label": say("progress") });
  const next = button(say("nextItem"), () => {
    const open = work.items.find((item) => !work.draft.answers[item.code]);
    document.getElementById(`item-${open?.code}`)?.scrollIntoView({ block: "start" });
  }, "btn-quiet", "down");
  const count = () => {
    const n = work.items.filter((item) => work.draft.answers[item.code]).length;
    words.textContent = `${n}/${work.items.length}`;
    line.value = n;
  };
  count();
  return { bar: h("div", { class: "checklist-head" }, words, line, next), count };
}

function arrival(work: Work): HTMLElement {
  const words = (end: string) => [say("arrivedAt", { at: clockOf(work.draft.arrived_at) }), end].join(" · ");
  const known = () => (work.draft.accuracy_m === undefined ? say("placeNone") : say("placeFound", { metres: Math.round(work.draft.accuracy_m) }));
  const line = h("p", { class: "text-soft", role: "status" }, words(work.draft.lon === undefined ? say("placeSearching") : known()));
  if (work.draft.lon === undefined) {
    whereabouts((place) => {
      work.set(place);
      line.textContent = words(known());
    }, () => (line.textContent = words(say("placeNone"))));
  }
  return line;
}

function others(work: Work): HTMLElement {
  const list = h("div");
  const show = () => list.replaceChildren(...work.draft.finds.filter((find) => !find.item).map((find, n) => {
    const body = h("div");
    const again = () => body.replaceChildren(...finding(work, find.uid, again));
    again();
    const off = button(say("findRemove"), () => {
      work.set({ finds: work.draft.finds.filter((one) => one.uid !== find.uid) });
      show();
    }, "btn-quiet btn-inline", "trash");
    return h("fieldset", { class: "block extra" }, h("legend", {}, say("otherN", { n: n + 1 })), body, off);
  }));
  show();
  return h("section", { class: "block" }, list, button(say("otherHazard"), () => {
    work.set({ finds: [...work.draft.finds, newFind("", newId)] });
    show();
  }, "", "add"));
}

function notDone(work: Work): HTMLElement {
  const reason = field(say("reason"), area(work.draft.reason, (value) => work.set({ reason: value }), { maxlength: 300 }), true);
  const photo = photoField(work.app, { label: say("scenePhoto"), name: "scene", held: work.draft.photos, change: (photos, taken) => work.set({ photos }, taken) });
  const more = h("div", { hidden: !work.draft.result }, reason, photo);
  const { results } = work.pack.words;
  const options: [string, string][] = [["", say("goOn")], ...["closed", "refused", "gone"].map((value): [string, string] => [value, results[value] ?? ""])];
  return h("details", { class: "block", open: work.draft.result !== "" }, h("summary", {}, say("notDone")),
    choices("result", say("notDoneWhy"), options, work.draft.result, (value) => {
      work.set({ result: value as Draft["result"] });
      more.hidden = !value;
    }), more);
}

function signing(work: Work): HTMLElement {
  return h("section", { class: "block" }, h("h2", {}, say("unitSigns")), field(say("signer"), input(work.draft.signer, (value) => work.set({ signer: value }), { maxlength: 40, name: "signer" }), true),
    signature(work.draft.signature !== "", (signed) => work.set({ signature: signed?.sha ?? "" }, signed ? [signed] : [])));
}

function faultList(work: Work): HTMLElement | undefined {
  const faults = faultsOf(work.draft, work.items);
  if (!faults.length) return undefined;
  return h("div", { class: "faults-summary", role: "alert", tabindex: -1 }, h("h2", {}, say("notYet")), h("ul", {}, ...faults.map((fault) => h("li", {}, button(say(fault.key, { n: fault.n, code: fault.code }), () => document.getElementById(`item-${fault.code}`)?.scrollIntoView(), "btn-quiet btn-inline")))));
}

async function finish(work: Work, place: HTMLElement, by: HTMLButtonElement): Promise<void> {
  const faults = faultList(work);
  place.replaceChildren(...(faults ? [faults] : []));
  if (faults) {
    faults.scrollIntoView({ block: "center" });
    return faults.focus();
  }
  const open = work.draft.result ? 0 : work.items.filter((item) => !work.draft.answers[item.code]).length;
  if (open && !confirm(say("unansweredAsk", { n: open }))) return;
  by.disabled = true;
  work.set({});
  if (!(await work.all())) return void (by.disabled = false);
  const deed = { ...deedOf(work.draft, work.pack.post, work.items, say("fixedThere")), unit: work.draft.unit };
  if (await work.app.finishDraft(work.draft, deed)) {
    toast({ sentence: say("visitKept") });
    go("");
  } else by.disabled = false;
}

function mending(work: Work): HTMLElement[] {
  const refused = work.app.items.find((item) => item.n === work.draft.mends);
  if (!refused) return [];
  const other = work.draft.move === "finish" && button(say("asDropIn"), async (event) => {
    const by = event.currentTarget as HTMLElement;
    await work.app.shelf.dropDraft(work.draft);
    work.become({ move: "drop_in", uid: newId() });
    by.replaceWith(h("p", {}, say("isDropIn")));
  });
  return [h("div", { class: "note note-late" }, icon("late"), h("div", {}, h("p", {}, refused.sentences.join("")), other))];
}

function page(work: Work): Page {
  const { bar, count } = head(work);
  const faults = h("div");
  const done: HTMLButtonElement = button(say("finish"), () => finish(work, faults, done), "btn-primary");
  return {
    title: work.unit.name, back: `unit/${work.draft.unit}`, thumb: [h("p", { class: "thumb-note" }, say("keptAsYouGo")), done],
    body: [...mending(work), arrival(work), notDone(work), bar, ...work.items.map((item) => checkItem(work, item, count)), others(work), signing(work), faults],
  };
}

function gone(): Page {
  return { title: say("unit"), back: "", body: [h("div", { class: "empty" }, icon("empty"), h("h2", {}, say("unitGone")), h("p", {}, say("unitGoneWords")))] };
}

/** The visit of the round; begun when it is opened the first time. */
export async function visit(app: App, uid: string): Promise<Page> {
  const pack = app.pack as Pack;
  const stop = pack.rounds.flatMap((round) => round.visits).find((one) => one.uid === uid);
  const held = await app.shelf.draft(uid);
  const own = app.newest("visit", uid);
  if (own && own.state !== "refused" && held?.mends === undefined) {
    if (held) await app.shelf.dropDraft(held);
    return { title: say("unit"), back: "", body: [h("div", { class: "empty" }, icon("check"), h("h2", {}, say("visitDone")), h("p", {}, say("visitKept")))] };
  }
  return held || stop ? opened(app, held ?? newDraft(uid, "finish", stop?.unit ?? "", new Date())) : gone();
}

/** A visit nobody planned. The draft is found again under its own address. */
export async function dropIn(app: App, unit: string): Promise<Page> {
  const held = app.drafts.find((draft) => draft.unit === unit && draft.move === "drop_in" && !app.newest("visit", draft.uid));
  const shop = app.newest("premises", unit);
  const draft = held ?? newDraft(newId(), "drop_in", unit, new Date(), shop ? [{ kind: "premises", uid: unit }] : []);
  history.replaceState(null, "", `#/visit/${draft.uid}`);
  return opened(app, draft);
}

export async function opened(app: App, draft: Draft): Promise<Page> {
  const unit = app.units[draft.unit];
  if (!unit) return gone();
  const work = new Work(app, draft, unit, itemsFor(app.pack as Pack, unit.type), app.pack as Pack);
  work.set({});
  await work.all();
  await app.reread();
  return page(work);
}
