// What waits, what was refused and why, what came too late; and everything unsent as a file, by hand.
import { icon } from "../../lib/icons.ts";
import { toast } from "../../lib/toasts.ts";
import { say } from "../../lib/words.ts";
import type { App, Kept } from "../app.ts";
import { button, clockOf, link } from "../bits.ts";
import { h } from "../dom.ts";
import { reopened } from "../draft.ts";
import { back, go, type Page } from "../frame.ts";
import type { Item } from "../queue.ts";
import { endingOf } from "../voice.ts";
import { matter, shop } from "./reports.ts";
import { opened } from "./visit.ts";

const KINDS: Record<string, string> = { visit: "kindVisit", matter: "kindMatter", premises: "kindShop", call: "kindCall", self_inspection: "kindSelf" };

function titleOf(app: App, item: Item): string {
  const { kind, given } = item.deed;
  const uid = (item.deed as Kept).unit ?? "";
  const about = kind === "visit" || kind === "self_inspection" ? app.units[uid]?.name : kind === "call" ? app.pack?.calls.find((call) => call.uid === item.deed.case)?.goal : given.name ?? given.what;
  return [say(KINDS[kind] ?? "kindOther"), about].filter(Boolean).join("：");
}

function row(app: App, item: Item): HTMLElement {
  const told = item.sentences.length > 0 && h("p", { class: item.state === "refused" ? "text-late" : "text-soft" }, item.sentences.join(""));
  return h("li", { class: "block", "data-state": item.state }, h("h3", {}, titleOf(app, item)), h("p", { class: "text-soft" }, clockOf(item.at)), told, item.state === "refused" && link(say("mend"), `mend/${item.n}`, "btn"));
}

function part(app: App, words: string, items: Item[]): HTMLElement[] {
  return items.length ? [h("section", {}, h("h2", {}, say(words, { n: items.length })), h("ul", { class: "plain" }, ...items.map((item) => row(app, item))))] : [];
}

function save(bytes: BlobPart, name: string, type: string): void {
  const address = URL.createObjectURL(new Blob([bytes], { type }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function photoPart(app: App): HTMLElement[] {
  const refused = app.photos.filter((photo) => photo.sentences.length);
  const left = app.photosLeft;
  return [
    ...(left.length ? [h("p", {}, say("photosWait", { n: left.length })), button(say("photosSave"), () => left.forEach((p) => save(p.bytes as Uint8Array<ArrayBuffer>, `${p.sha.slice(0, 12)}.${endingOf(p.bytes)}`, "application/octet-stream")), "", "photo")] : []),
    ...(refused.length ? [h("p", { class: "text-late" }, say("photosRefused", { n: refused.length }), refused[0]?.sentences.join(""))] : []),
  ];
}

export function outbox(app: App): Page {
  const of = (state: Item["state"]) => app.items.filter((item) => item.state === state && item.mendedBy === undefined);
  const [kept, refused, told, done] = [of("kept"), of("refused"), of("told"), of("done")];
  const send: HTMLButtonElement = button(say("sendNow"), async () => {
    send.disabled = true;
    await app.meet();
    if (app.standing === "offline") toast({ sentence: say("stillOffline"), fault: true });
  }, "btn-primary");
  const give = button(say("exportAll"), async () => save(await app.outbox.exported(), `anlan-${new Date().toISOString().slice(0, 10)}.json`, "application/json"), "", "export");
  const nothing = !kept.length && !refused.length && !app.photosLeft.length;
  return {
    title: say("outbox"), back: "", live: true, thumb: nothing ? undefined : [send],
    body: [
      ...(nothing ? [h("div", { class: "empty" }, icon("check"), h("h2", {}, say("allSent")), h("p", {}, say("allSentWords")))] : []),
      ...part(app, "refusedN", refused), ...part(app, "keptN", kept), ...photoPart(app), ...part(app, "toldN", told),
      ...(app.unsent.length ? [h("section", { class: "block" }, h("p", { class: "text-soft" }, say("exportWords")), give)] : []),
      h("p", { class: "text-soft" }, say("doneN", { n: done.length })),
    ],
  };
}

/** A refused record opens as it was, to be put right. */
export async function mend(app: App, n: string): Promise<Page> {
  const item = app.items.find((one) => String(one.n) === n && one.state === "refused" && one.mendedBy === undefined);
  if (!item) return outbox(app);
  const { kind } = item.deed;
  if (kind === "matter") return matter(app, n);
  if (kind === "premises") return shop(app, n);
  if (kind === "visit") return opened(app, app.drafts.find((draft) => draft.mends === item.n) ?? reopened(item, (item.deed as Kept).unit ?? ""));
  const again = button(say("sendAgain"), async () => {
    await app.keep(item.deed, item.deed.photos ?? [], item.n);
    go("outbox");
  }, "btn-primary");
  return { title: say("mend"), back: "outbox", thumb: [again], body: [h("h2", {}, titleOf(app, item)), h("p", { class: "text-late" }, item.sentences.join("")), button(say("back"), back, "btn-quiet")] };
}
