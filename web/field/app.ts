// The app: what it holds, when it asks Anlan, which page is shown.
import { toast } from "../lib/toasts.ts";
import { say } from "../lib/words.ts";
import { makeDevice, newId, sign, type Device } from "./device.ts";
import { photosOf, type Draft } from "./draft.ts";
import { Line } from "./line.ts";
import { followLine, startLive } from "./live.ts";
import { startPlace } from "./place.ts";
import { dayNow, newestOf, unitsOf, type Pack, type PlaceRules, type Unit } from "./pack.ts";
import { DiskFull, Outbox, type Deed, type Item, type Outcome, type Photo } from "./queue.ts";
import type { Ring } from "../lib/stream.ts";
import type { Shelf } from "./shelf.ts";

/** unit: of a visit; it stays on the phone and is no part of the envelope. */
export type Kept = Deed & { unit?: string };
type Fetched = { pack: Pack; tag: string; at: number };

const AGAIN = [0, 800, 3_000, 8_000, 20_000];
export const GIVEN_BACK = "anlan-field-given-back";

export class App {
  device?: Device;
  pack?: Pack;
  items: Item[] = [];
  photos: Photo[] = [];
  drafts: Draft[] = [];
  outcome?: Outcome;
  sending = false;
  /** Why the app cannot ask Anlan for now; empty: it can. */
  standing: "" | "sign-in" | "offline" | "held" | "wiped" = "";
  sentences: string[] = [];
  mapOpen = false;
  /** Notices not read, and those that ring; known while the line is open. */
  unread = 0;
  rings: Ring[] = [];
  onChange: () => void = () => undefined;
  readonly line = new Line(() => this.device?.uid ?? "");
  private left = false;
  private failed = 0;
  private again = 0;
  private fetchedAt = 0;
  private tag = "";
  private box?: Outbox;

  constructor(readonly shelf: Shelf) {}

  /** All from the phone's own store, so that the first page stands without a network. */
  async load(): Promise<void> {
    this.device = (await this.shelf.meta<Device>("device")) ?? (await this.newDevice());
    const held = await this.shelf.meta<Fetched>("pack");
    if (held) [this.pack, this.tag, this.fetchedAt] = [held.pack, held.tag, held.at];
    await this.shelf.prune(new Date());
    await this.reread();
  }

  private async newDevice(): Promise<Device> {
    const device = await makeDevice();
    await this.shelf.setMeta("device", device);
    return device;
  }

  async reread(): Promise<void> {
    [this.items, this.photos, this.drafts] = await Promise.all([this.shelf.items(), this.shelf.photos(), this.shelf.drafts()]);
    this.items.sort((a, b) => a.n - b.n);
  }

  get day(): string {
    return this.pack ? dayNow(this.pack.day, this.fetchedAt, Date.now()) : "";
  }

  get units(): Record<string, Unit> {
    return this.pack ? unitsOf(this.pack, this.items) : {};
  }

  get outbox(): Outbox {
    const device = this.device as Device;
    this.box ??= new Outbox({
      store: this.shelf, wire: this.line, device: device.uid, newId, now: () => new Date(), sign: (text) => sign(device.secret, text),
      alone: (work) => navigator.locks.request("anlan-field", work),
    });
    return this.box;
  }

  get unsent(): Item[] {
    return this.items.filter((i) => i.state === "kept" || (i.state === "refused" && i.mendedBy === undefined));
  }

  get photosLeft(): Photo[] {
    return this.photos.filter((photo) => !photo.whole && !photo.sentences.length);
  }

  newest(kind: string, uid: string): Item | undefined {
    return newestOf(this.items, kind, uid);
  }

  /** Makes the phone known, takes the pack, sends what waits. Never raises. */
  async meet(): Promise<void> {
    if (this.left) return;
    try {
      if (await this.known()) {
        await this.take();
        await this.send();
      }
    } catch {
      this.stand("offline");
    }
    this.tryAgain();
    followLine(this);
    this.onChange();
  }

  /** Where an answer was lost although there is a network: soon again, then less often. */
  private tryAgain(): void {
    clearTimeout(this.again);
    if (this.standing !== "offline" || !navigator.onLine) this.failed = 0;
    else this.again = window.setTimeout(() => void this.meet(), AGAIN[Math.min((this.failed += 1), AGAIN.length - 1)]);
  }

  private stand(standing: App["standing"], sentences: string[] = []): false {
    this.standing = standing;
    this.sentences = sentences;
    return false;
  }

  private async known(): Promise<boolean> {
    const device = this.device as Device;
    if (device.known) return true;
    const { status, body } = await this.line.post("devices", { uid: device.uid, key: device.key, name: nameOfPhone() });
    const told = body as { anlan?: number; error?: { sentences?: string[] } } | undefined;
    if (status === 401) return this.stand("sign-in");
    if (told?.anlan !== 1) return this.stand("offline");
    if (status !== 200) return this.stand("held", told.error?.sentences ?? []);
    await this.shelf.setMeta("device", (this.device = { ...device, known: true }));
    return true;
  }

  private async take(): Promise<void> {
    const { status, body, tag } = await this.line.ask("pack", { headers: this.tag ? { "If-None-Match": this.tag } : {} });
    const told = body as { anlan?: number; pack?: Pack; wipe?: boolean; error?: { sentences?: string[] } } | undefined;
    if (status === 401) this.stand("sign-in");
    else if (told?.anlan === 1 && told.wipe) await this.wiped(told.error?.sentences ?? []);
    else if (told?.anlan === 1 && told.error) this.stand("held", told.error.sentences ?? []);
    else if (status === 304) await this.keepPack({ pack: this.pack as Pack, tag: this.tag, at: Date.now() });
    else if (told?.anlan === 1 && told.pack) await this.keepPack({ pack: this.withUnitsInUse(told.pack), tag, at: Date.now() });
    else this.stand("offline");
  }

  /** A unit whose visit is still being made, or not yet told, stays on the phone even where its round went to somebody else. */
  private withUnitsInUse(pack: Pack): Pack {
    const used = [...this.drafts.map((draft) => draft.unit), ...this.unsent.map((item) => (item.deed as Kept).unit ?? "")];
    const kept = used.flatMap((uid) => (this.units[uid] && !(uid in pack.units) ? [[uid, this.units[uid]] as const] : []));
    return { ...pack, units: { ...Object.fromEntries(kept), ...pack.units } };
  }

  private async keepPack(fetched: Fetched): Promise<void> {
    if (this.left) return;
    [this.pack, this.tag, this.fetchedAt] = [fetched.pack, fetched.tag, fetched.at];
    this.stand("");
    await this.shelf.setMeta("pack", fetched);
  }

  async keepPlaceRules(place: PlaceRules): Promise<void> {
    if (this.pack) await this.keepPack({ pack: { ...this.pack, place }, tag: "", at: this.fetchedAt });
  }

  async wiped(sentences: string[]): Promise<void> {
    await this.shelf.wipe();
    [this.pack, this.tag, this.box] = [undefined, "", undefined];
    this.device = await this.newDevice();
    await this.reread();
    this.stand("wiped", sentences);
  }

  async send(): Promise<void> {
    if (this.sending || this.standing === "wiped") return;
    this.sending = true;
    this.onChange();
    try {
      const { end, sentences } = (this.outcome = await this.outbox.send());
      if (end === "wiped") await this.wiped(sentences);
      else this.stand(end === "sent" ? "" : end, sentences);
    } finally {
      this.sending = false;
      const known = new Set(this.items.filter((item) => item.state === "told").map((item) => item.n));
      await this.reread();
      for (const item of this.items) if (item.state === "told" && !known.has(item.n)) toast({ sentence: item.sentences.join(""), fault: true });
      this.onChange();
    }
  }

  /** Keeps a deed with its photos and begins to send. Returns whether it was kept. */
  async keep(deed: Kept, shas: string[] = [], mends?: number): Promise<boolean> {
    const photos: Photo[] = [];
    for (const sha of shas) {
      const bytes = await this.shelf.bytes(sha);
      if (bytes) photos.push({ sha, bytes, whole: false, sentences: [] });
    }
    try {
      await (mends === undefined ? this.outbox.keep(deed, photos) : this.outbox.mend(mends, deed, photos));
    } catch (fault) {
      if (!(fault instanceof DiskFull)) throw fault;
      toast({ sentence: say("diskFull"), fault: true });
      return false;
    }
    await this.reread();
    void this.meet();
    return true;
  }

  async finishDraft(draft: Draft, deed: Kept): Promise<boolean> {
    const shas = photosOf(draft);
    if (!(await this.keep(deed, shas, draft.mends))) return false;
    await this.shelf.dropDraft(draft);
    await this.reread();
    return true;
  }

  /** Signs out: the phone forgets everything, its key too; Anlan is told now, or when there is a network. */
  async leave(): Promise<void> {
    const uid = this.device?.uid ?? "";
    this.left = true;
    if (this.device?.known) localStorage.setItem(GIVEN_BACK, uid);
    await this.shelf.wipe();
    await giveBack();
    await this.shelf.wipe(); // what was still on its way is not kept either
  }

  start(): void {
    const meet = () => void this.meet();
    addEventListener("online", meet);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && meet());
    setInterval(() => document.visibilityState === "visible" && meet(), 60_000);
    startLive(this);
    startPlace(this);
    meet();
  }
}

/** Tells Anlan that a phone which was signed out without a network is given back. */
export async function giveBack(): Promise<void> {
  const uid = localStorage.getItem(GIVEN_BACK);
  if (!uid) return;
  try {
    const { status } = await new Line(() => uid).post("give-back", {});
    if (status !== 401 && status < 500) localStorage.removeItem(GIVEN_BACK);
  } catch {
    // no network: told the next time the app is opened
  }
}

function nameOfPhone(): string {
  const data = (navigator as Navigator & { userAgentData?: { platform?: string } }).userAgentData;
  return say("phoneName", { system: data?.platform || /\(([^;)]+)/.exec(navigator.userAgent)?.[1] || "" });
}
