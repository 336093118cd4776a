// Two short forms: what is seen in passing, and a shop that is not on the list.
import { toast } from "../../lib/toasts.ts";
import { say } from "../../lib/words.ts";
import type { App } from "../app.ts";
import { area, button, field, input, photoField, select, whereabouts, type Taken } from "../bits.ts";
import { newId } from "../device.ts";
import { h } from "../dom.ts";
import { go, type Page } from "../frame.ts";
import { Owed } from "../owed.ts";
import type { Pack } from "../pack.ts";
import type { Deed } from "../queue.ts";
import { voiceField } from "../voice.ts";

type Given = Record<string, unknown>;
type Held = { uid: string; given: Given; mends?: number };

/** A short form: kept as it is filled in, a record once it is sent. `mends`: the refused record it stands for. */
class Sheet {
  private readonly owed = new Owed();

  private constructor(readonly app: App, readonly kind: "matter" | "premises", readonly move: string, private held: Held) {}

  static async open(app: App, kind: Sheet["kind"], move: string, id: string): Promise<Sheet> {
    const old = app.items.find((item) => String(item.n) === id && item.deed.kind === kind);
    const kept = await app.shelf.sheet<Held>(kind);
    const held = kept && kept.mends === old?.n ? kept : { uid: old?.deed.case ?? newId(), given: { ...old?.deed.given }, mends: old?.n };
    return new Sheet(app, kind, move, held);
  }

  get uid(): string {
    return this.held.uid;
  }

  get located(): boolean {
    return this.held.given.lon !== undefined;
  }

  get pictures(): string[] {
    return (this.held.given.photos as string[] | undefined) ?? [];
  }

  /** Its voice note, if there is one. */
  get spoken(): string[] {
    return (this.held.given.voice as string[] | undefined) ?? [];
  }

  text(name: string): string {
    return String(this.held.given[name] ?? "");
  }

  take(more: Given, taken: Taken[] = []): void {
    this.held = { ...this.held, given: { ...this.held.given, ...more } };
    void this.store(taken);
  }

  /** Whether it is on the phone as it stands. */
  private async store(taken: Taken[] = []): Promise<boolean> {
    try {
      await this.owed.keep(taken, (all) => this.app.shelf.keepSheet(this.kind, this.held, all));
      return true;
    } catch {
      toast({ sentence: say("diskFull"), fault: true });
      return false;
    }
  }

  set = (name: string) => (value: unknown) => this.take({ [name]: value });

  photos(label: string, most: number): HTMLElement {
    return photoField(this.app, { label, name: "photos", held: this.pictures, most, change: (photos, taken) => this.take({ photos }, taken) });
  }

  voice(): HTMLElement | false {
    return voiceField(this.app, { held: this.spoken, change: (voice, taken) => this.take({ voice }, taken) });
  }

  /** Whether it was kept. more: what follows from what was given. */
  async send(more: Given = {}): Promise<boolean> {
    if (!(await this.store())) return false;
    const given = Object.fromEntries(Object.entries({ ...this.held.given, ...more }).filter(([, v]) => v !== "" && v !== undefined && !(Array.isArray(v) && !v.length)));
    const files = [...this.pictures, ...this.spoken];
    const deed: Deed = { kind: this.kind, move: this.move, case: this.uid, post: (this.app.pack as Pack).post, given, photos: files };
    const kept = await this.app.keep(deed, files, this.held.mends);
    if (kept) await this.app.shelf.dropSheet(this.kind);
    return kept;
  }
}

const GRID = 3;

function grounds(pack: Pack): [string, string][] {
  return [["", say("chooseGround")], ...pack.boundaries.filter((ground) => ground.level === GRID).map((ground): [string, string] => [ground.uid, ground.name])];
}

function place(sheet: Sheet, choose: HTMLElement): HTMLElement {
  const line = h("p", { class: "text-soft", role: "status" }, say("placeSearching"));
  if (!sheet.located) {
    whereabouts(({ lon, lat, accuracy_m }) => {
      sheet.take({ lon, lat });
      line.textContent = say("placeFound", { metres: Math.round(accuracy_m) });
    }, () => (line.textContent = say("placeChoose")));
  }
  return h("div", {}, line, choose);
}

function sheetPage(title: string, sheet: Sheet, body: Node[], missing: () => string, after: () => void, follows: () => Given = () => ({})): Page {
  const fault = h("p", { class: "field-error", role: "alert" });
  const send: HTMLButtonElement = button(say("keep"), async () => {
    fault.textContent = missing();
    if (fault.textContent) return fault.scrollIntoView({ block: "center" });
    send.disabled = true;
    if (await sheet.send(follows())) after();
    else send.disabled = false;
  }, "btn-primary");
  return { title, back: "", body: [...body, fault], thumb: [send] };
}

export async function matter(app: App, id: string): Promise<Page> {
  const pack = app.pack as Pack;
  const sheet = await Sheet.open(app, "matter", "open", id);
  const units: [string, string][] = [["", say("noUnit")], ...Object.entries(app.units).map(([uid, unit]): [string, string] => [uid, unit.name])];
  return sheetPage(say("matter"), sheet, [
    sheet.photos(say("takePhoto"), 9), ...[sheet.voice()].filter((one) => one !== false),
    field(say("seenOrTold"), area(sheet.text("what"), sheet.set("what"), { name: "what", maxlength: 2000 })),
    field(say("unit"), select(units, sheet.text("premises"), sheet.set("premises")), true),
    field(say("where"), input(sheet.text("place"), sheet.set("place"), { name: "place", maxlength: 200 }), true),
    place(sheet, field(say("ground"), select(grounds(pack), sheet.text("area"), sheet.set("area")), true)),
  ], () => (!sheet.text("what").trim() && !sheet.spoken.length ? say("faultSeen") : !sheet.text("premises") && !sheet.text("area") && !sheet.located ? say("faultPlace") : ""),
  () => {
    toast({ sentence: say("matterKept") });
    go("");
  }, () => (sheet.text("what").trim() ? {} : { what: say("voiceOnly") }));
}

export async function shop(app: App, id: string): Promise<Page> {
  const pack = app.pack as Pack;
  const sheet = await Sheet.open(app, "premises", "add_on_spot", id);
  const types: [string, string][] = [["", say("chooseType")], ...pack.place_types.map((type): [string, string] => [type.code, type.name])];
  return sheetPage(say("shop"), sheet, [
    h("p", { class: "text-soft" }, say("shopWords")), sheet.photos(say("platePhoto"), 3),
    field(say("shopName"), input(sheet.text("name"), sheet.set("name"), { name: "name", maxlength: 120 })),
    field(say("placeType"), select(types, sheet.text("place_type"), sheet.set("place_type"))),
    field(say("address"), input(sheet.text("address"), sheet.set("address"), { name: "address", maxlength: 200 })),
    place(sheet, field(say("ground"), select(grounds(pack), sheet.text("area"), sheet.set("area")), true)),
  ], () => (["name", "place_type", "address"].some((name) => !sheet.text(name).trim()) || !sheet.pictures.length ? say("faultShop")
    : !sheet.text("area") && !sheet.located ? say("faultPlace") : ""),
  () => {
    toast({ sentence: say("shopKept") });
    go(`unit/${sheet.uid}`);
  });
}
