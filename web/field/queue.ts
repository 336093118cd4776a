// The outbox: what was done and not yet told. No DOM; the store, the network, the key and the clock are given.
// The protocol is docs/explanation/offline.md.

export type Ref = { kind: string; uid: string };
export type Deed = { kind: string; move: string; case: string; post: string; given: Record<string, unknown>; parents?: Ref[]; photos?: string[] };
export type State = "kept" | "told" | "refused" | "done";

/** n: the device's own count. body and signature are fixed when the deed is kept, and never made anew. */
export type Item = { n: number; id: string; deed: Deed; at: string; body: string; signature: string; state: State; sentences: string[]; mendedBy?: number };

export type Photo = { sha: string; bytes: Uint8Array; whole: boolean; sentences: string[] };
export type Receipt = { place: number; outcome: "applied" | "told" | "refused" | "waiting" | "later"; sentence?: string; sentences?: string[] };
export type Answer = { status: number; body: unknown };

/** All of one call is stored or none of it. Raises whatever the disk raises. */
export interface Store {
  items(): Promise<Item[]>;
  next(): Promise<number>;
  put(items: Item[], photos?: Photo[]): Promise<void>;
  photos(): Promise<Photo[]>;
  putPhoto(photo: Photo): Promise<void>;
  wipe(): Promise<void>;
}

/** Raises where no answer came. */
export interface Wire {
  sync(sentAt: string, envelopes: { body: string; signature: string }[]): Promise<Answer>;
  standing(sha: string): Promise<Answer>;
  piece(sha: string, offset: number, size: number, bytes: Uint8Array): Promise<Answer>;
}

export interface Means {
  store: Store;
  wire: Wire;
  device: string;
  sign(text: string): Promise<string>;
  newId(): string;
  now(): Date;
  /** Runs the work once no other window does: what was kept here since that one began is not left lying. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

/** sent: all that could be told was told. sign-in: somebody must sign in first; all is kept. wiped: the office shut the phone out. */
export type Outcome = { end: "sent" | "offline" | "sign-in" | "held" | "wiped"; sentences: string[] };

export const BATCH = 40;
export const PIECE = 256 * 1024;

export class DiskFull extends Error {}

type Told = { anlan?: unknown; wipe?: unknown; receipts?: unknown; offset?: unknown; whole?: unknown; refused?: { sentences?: string[] } | null; error?: { sentences?: string[] } };

/** Only a body with Anlan's mark says anything; whatever else answers (a proxy, a page) is as good as no answer. */
function marked(answer: Answer): Told | undefined {
  const body = answer.body as Told | null;
  return body && typeof body === "object" && body.anlan === 1 ? body : undefined;
}

/** UUIDv7: the time in front, so that ids of a day lie together. */
export function uuid7(now: number, random: Uint8Array): string {
  const bytes = Uint8Array.from(random.slice(0, 16));
  for (let i = 0; i < 6; i += 1) bytes[i] = Math.floor(now / 2 ** (8 * (5 - i))) % 256;
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export class Outbox {
  constructor(private readonly means: Means) {}

  /** Keeps a deed for good, its photos with it. Raises DiskFull, and then nothing of it is kept. */
  async keep(deed: Deed, photos: Photo[] = []): Promise<Item> {
    const item = await this.write(deed, this.means.now().toISOString());
    await this.save([item], photos);
    return item;
  }

  /** A refused deed as it should read: another envelope of the same instant; the refused one points to it. */
  async mend(n: number, deed: Deed, photos: Photo[] = []): Promise<Item> {
    const old = (await this.means.store.items()).find((item) => item.n === n && item.state === "refused");
    if (!old) throw new Error(`nothing refused under ${n}`);
    const item = await this.write(deed, old.at);
    await this.save([{ ...old, mendedBy: item.n }, item], photos);
    return item;
  }

  /** What is not stored at Anlan, refused ones included: text that can be sent by any other way. */
  async exported(): Promise<string> {
    const open = (await this.unsent()).map(({ n, at, state, sentences, body, signature }) => ({ n, at, state, sentences, body, signature }));
    return JSON.stringify({ anlan: 1, device: this.means.device, exported_at: this.means.now().toISOString(), envelopes: open }, null, 1);
  }

  async unsent(): Promise<Item[]> {
    return (await this.ordered()).filter((item) => item.state === "kept" || (item.state === "refused" && item.mendedBy === undefined));
  }

  /** Tells all that can be told, then sends photos. Safe to call at any time, from any tab. */
  send(): Promise<Outcome> {
    return this.means.alone(async () => {
      const outcome = await this.tell();
      return outcome.end === "sent" ? this.sendPhotos() : outcome;
    });
  }

  private async write(deed: Deed, at: string): Promise<Item> {
    const n = await this.means.store.next();
    const id = this.means.newId();
    const { kind, move, post, given } = deed;
    const body = JSON.stringify({ v: 1, id, device: this.means.device, n, kind, move, case: deed.case, post, at, given, parents: deed.parents ?? [] });
    return { n, id, deed, at, body, signature: await this.means.sign(body), state: "kept", sentences: [] };
  }

  private async save(items: Item[], photos: Photo[]): Promise<void> {
    try {
      await this.means.store.put(items, photos);
    } catch (fault) {
      if (fault instanceof Error && fault.name === "QuotaExceededError") throw new DiskFull(fault.message);
      throw fault;
    }
  }

  private async ordered(): Promise<Item[]> {
    return (await this.means.store.items()).sort((a, b) => a.n - b.n);
  }

  /** Kept ones whose parent is not itself held back by a refusal, oldest count first. */
  private async ready(tried: Set<number>): Promise<Item[]> {
    const items = await this.ordered();
    const held = new Set(items.filter((i) => i.state === "refused").map((i) => `${i.deed.kind}/${i.deed.case}`));
    for (const i of items.filter((item) => item.state !== "refused")) held.delete(`${i.deed.kind}/${i.deed.case}`);
    return items.filter((i) => i.state === "kept" && !tried.has(i.n) && !(i.deed.parents ?? []).some((p) => held.has(`${p.kind}/${p.uid}`)));
  }

  private async tell(): Promise<Outcome> {
    const tried = new Set<number>();
    for (;;) {
      const batch = (await this.ready(tried)).slice(0, BATCH);
      if (!batch.length) return { end: "sent", sentences: [] };
      const answer = await this.ask(() => this.means.wire.sync(this.means.now().toISOString(), batch.map(({ body, signature }) => ({ body, signature }))));
      if ("end" in answer) return answer;
      const receipts = answer.receipts;
      if (!Array.isArray(receipts)) return { end: "offline", sentences: [] };
      for (const item of batch) tried.add(item.n);
      const moved = await this.take(batch, receipts as Receipt[]);
      if (moved) for (const item of batch) if (item.state === "kept") tried.delete(item.n); // a parent came: its children may pass now
    }
  }

  /** Writes receipts down. Returns whether one of the batch was stored at Anlan. */
  private async take(batch: Item[], receipts: Receipt[]): Promise<boolean> {
    const changed: Item[] = [];
    for (const receipt of receipts) {
      const item = batch[receipt.place];
      if (!item) continue;
      if (receipt.outcome === "applied") changed.push(Object.assign(item, { state: "done", sentences: [] }));
      else if (receipt.outcome === "told") changed.push(Object.assign(item, { state: "told", sentences: [receipt.sentence ?? ""] }));
      else if (receipt.outcome === "refused") changed.push(Object.assign(item, { state: "refused", sentences: receipt.sentences ?? [] }));
    }
    if (changed.length) await this.save(changed, []);
    return changed.some((item) => item.state !== "refused");
  }

  private async ask(request: () => Promise<Answer>): Promise<Told | Outcome> {
    let answer: Answer;
    try {
      answer = await request();
    } catch {
      return { end: "offline", sentences: [] };
    }
    if (answer.status === 401) return { end: "sign-in", sentences: [] };
    const body = marked(answer);
    if (body?.wipe === true) {
      await this.means.store.wipe();
      return { end: "wiped", sentences: body.error?.sentences ?? [] };
    }
    if (body?.error) return { end: "held", sentences: body.error.sentences ?? [] };
    return body && answer.status === 200 ? body : { end: "offline", sentences: [] };
  }

  private async sendPhotos(): Promise<Outcome> {
    for (const photo of await this.means.store.photos()) {
      if (photo.whole || photo.sentences.length) continue;
      const outcome = await this.sendPhoto(photo);
      if (outcome) return outcome;
    }
    return { end: "sent", sentences: [] };
  }

  /** Piece by piece from where the last sending broke; begun anew at most once. Returns why it had to stop. */
  private async sendPhoto(photo: Photo): Promise<Outcome | undefined> {
    const size = photo.bytes.length;
    let now = await this.ask(() => this.means.wire.standing(photo.sha));
    for (let begun = 0; !("end" in now); ) {
      if (now.refused) return void (await this.means.store.putPhoto({ ...photo, sentences: now.refused.sentences ?? [] }));
      if (now.whole === true) return void (await this.means.store.putPhoto({ ...photo, whole: true, bytes: new Uint8Array() }));
      const offset = typeof now.offset === "number" ? now.offset : 0;
      if (offset === 0 && (begun += 1) > 2) return { end: "offline", sentences: [] };
      const piece = photo.bytes.slice(offset, Math.min(offset + PIECE, size));
      now = await this.ask(() => this.means.wire.piece(photo.sha, offset, size, piece));
    }
    return now;
  }
}
