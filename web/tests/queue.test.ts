import { beforeEach, expect, test } from "vitest";
import { BATCH, DiskFull, Outbox, PIECE, uuid7, type Answer, type Deed, type Item, type Means, type Photo, type Receipt, type Store, type Wire } from "../field/queue.ts";

class Shelf implements Store {
  held = new Map<number, Item>();
  pictures = new Map<string, Photo>();
  count = 0;
  full = false;
  items = async () => [...this.held.values()].reverse().map((item) => structuredClone(item));
  next = async () => (this.count += 1);
  photos = async () => [...this.pictures.values()];
  putPhoto = async (photo: Photo) => void this.pictures.set(photo.sha, photo);
  wipe = async () => (this.held.clear(), this.pictures.clear());
  async put(items: Item[], photos: Photo[] = []) {
    if (this.full) throw Object.assign(new Error("no room"), { name: "QuotaExceededError" });
    for (const item of items) this.held.set(item.n, structuredClone(item));
    for (const photo of photos) this.pictures.set(photo.sha, photo);
  }
}

/** A server that keeps each id once; `before` may answer in its place, `after` once it has stored. */
class House implements Wire {
  stored = new Map<string, { n: number; kind: string; case: string }>();
  batches: number[][] = [];
  sentAt: string[] = [];
  pieces = new Map<string, number[]>();
  refuse: Record<string, string> = {};
  before?: () => Answer | undefined;
  after?: () => Answer | undefined;
  breaks = 0;
  async sync(sentAt: string, envelopes: { body: string }[]): Promise<Answer> {
    const early = this.before?.();
    if (early) return early;
    const letters = envelopes.map((e) => JSON.parse(e.body));
    this.batches.push(letters.map((x) => x.n));
    this.sentAt.push(sentAt);
    const receipts: Receipt[] = letters.map((x, place) => this.judge(x, place));
    return this.after?.() ?? { status: 200, body: { anlan: 1, receipts } };
  }
  private judge(x: any, place: number): Receipt {
    const there = new Set([...this.stored.values()].map((s) => `${s.kind}/${s.case}`));
    if (x.parents.some((p: any) => !there.has(`${p.kind}/${p.uid}`))) return { place, outcome: "waiting" };
    const why = this.refuse[x.given.what];
    if (why) return { place, outcome: "refused", sentences: [why] };
    this.stored.set(x.id, { n: x.n, kind: x.kind, case: x.case });
    return { place, outcome: "applied" };
  }
  standing = async (sha: string): Promise<Answer> => ({ status: 200, body: { anlan: 1, offset: this.pieces.get(sha)?.length ?? 0, whole: false } });
  async piece(sha: string, offset: number, size: number, bytes: Uint8Array): Promise<Answer> {
    const held = this.pieces.get(sha) ?? [];
    if (offset === held.length) bytes.forEach((b) => held.push(b));
    this.pieces.set(sha, held);
    if (this.breaks > 0 && (this.breaks -= 1) === 0) throw new TypeError("network");
    return { status: 200, body: { anlan: 1, offset: held.length, whole: held.length === size } };
  }
}

let shelf: Shelf, house: House, means: Means, box: Outbox, clock: Date, inTurn: Promise<unknown>;
const matter = (what: string, uid = what, more: Partial<Deed> = {}): Deed => ({ kind: "matter", move: "open", case: uid, post: "p", given: { what }, ...more });
const states = async () => (await shelf.items()).sort((a, b) => a.n - b.n).map((i) => i.state);

beforeEach(() => {
  [shelf, house, clock, inTurn] = [new Shelf(), new House(), new Date("2021-06-25T08:00:00Z"), Promise.resolve()];
  let id = 0;
  means = {
    store: shelf, wire: house, device: "d", sign: async (text) => `signed:${text.length}`, newId: () => `id${(id += 1)}`, now: () => clock,
    alone: (work) => {
      const mine = inTurn.then(work);
      inTurn = mine.catch(() => undefined);
      return mine;
    },
  };
  box = new Outbox(means);
});

test("a day is told by the phone's own count, whatever its clock says", async () => {
  await box.keep(matter("a"));
  clock = new Date("1999-01-01T00:00:00Z");
  await box.keep(matter("b"));
  clock = new Date("2035-01-01T00:00:00Z");
  expect(await box.send()).toEqual({ end: "sent", sentences: [] });
  expect([house.batches, house.sentAt, await states()]).toEqual([[[1, 2]], ["2035-01-01T00:00:00.000Z"], ["done", "done"]]);
});

test("without an answer everything stays and goes later", async () => {
  await box.keep(matter("a"));
  house.before = () => { throw new TypeError("network"); };
  expect([(await box.send()).end, await states()]).toEqual(["offline", ["kept"]]);
  house.before = undefined;
  expect([(await box.send()).end, await states()]).toEqual(["sent", ["done"]]);
});

test("a server that stored and then answered 503 is told the same envelope again", async () => {
  await box.keep(matter("a"));
  house.after = () => ({ status: 503, body: "busy" });
  expect([(await box.send()).end, await states(), house.stored.size]).toEqual(["offline", ["kept"], 1]);
  house.after = undefined;
  expect([(await box.send()).end, await states(), house.stored.size]).toEqual(["sent", ["done"], 1]);
});

test.each([400, 403, 404, 409, 413, 422, 500])("a bare %i of somebody in between refuses nothing", async (status) => {
  await box.keep(matter("a"));
  house.before = () => ({ status, body: { error: { sentences: ["blocked"] } } });
  expect([(await box.send()).end, await states()]).toEqual(["offline", ["kept"]]);
});

test("a page with status 200 is no answer either", async () => {
  await box.keep(matter("a"));
  house.before = () => ({ status: 200, body: "<html>sign in to this network</html>" });
  expect([(await box.send()).end, await states()]).toEqual(["offline", ["kept"]]);
});

test("a sign-in that expired keeps everything and asks", async () => {
  await box.keep(matter("a"));
  house.before = () => ({ status: 401, body: { error: { sentences: ["请先登录"] } } });
  expect([(await box.send()).end, await states()]).toEqual(["sign-in", ["kept"]]);
});

test("another person signed in: held, with Anlan's sentence", async () => {
  await box.keep(matter("a"));
  house.before = () => ({ status: 403, body: { anlan: 1, wipe: false, error: { sentences: ["请由本人登录后发送"] } } });
  expect([await box.send(), await states()]).toEqual([{ end: "held", sentences: ["请由本人登录后发送"] }, ["kept"]]);
});

test("a phone that was shut out wipes itself", async () => {
  await box.keep(matter("a"), [{ sha: "s", bytes: new Uint8Array(3), whole: false, sentences: [] }]);
  house.before = () => ({ status: 403, body: { anlan: 1, wipe: true, error: { sentences: ["已停用"] } } });
  expect([await box.send(), shelf.held.size, shelf.pictures.size]).toEqual([{ end: "wiped", sentences: ["已停用"] }, 0, 0]);
});

test("a refused record stays with its sentence, others pass, and it can be mended", async () => {
  house.refuse = { a: "说明：必填" };
  await box.keep(matter("a"));
  await box.keep(matter("b"));
  await box.send();
  expect([await states(), (await box.unsent()).map((i) => i.sentences)]).toEqual([["refused", "done"], [["说明：必填"]]]);
  await box.mend(1, matter("c", "a"));
  clock = new Date("2021-06-26T08:00:00Z");
  await box.send();
  expect([await states(), await box.unsent(), JSON.parse((await shelf.items())[0]?.body ?? "").at]).toEqual(
    [["refused", "done", "done"], [], "2021-06-25T08:00:00.000Z"]);
});

test("a child waits for its parent, also across batches, and others pass", async () => {
  house.refuse = { shop: "门牌地址：必填" };
  await box.keep(matter("shop", "S"));
  await box.keep(matter("visit", "V", { parents: [{ kind: "matter", uid: "S" }] }));
  await box.keep(matter("other"));
  await box.send();
  expect(await states()).toEqual(["refused", "kept", "done"]);
  await box.mend(1, matter("shop2", "S"));
  await box.send();
  expect(await states()).toEqual(["refused", "done", "done", "done"]);
});

test("more than a batch goes in several, each once", async () => {
  for (let i = 0; i < BATCH * 2 + 5; i += 1) await box.keep(matter(`m${i}`));
  await box.send();
  expect([house.batches.map((b) => b.length), house.stored.size]).toEqual([[BATCH, BATCH, 5], BATCH * 2 + 5]);
});

test("what Anlan could not carry out now is not asked again at once", async () => {
  await box.keep(matter("a"));
  house.after = () => ({ status: 200, body: { anlan: 1, receipts: [{ place: 0, outcome: "later" }] } });
  await box.send();
  expect([house.batches.length, await states()]).toEqual([1, ["kept"]]);
});

test("two windows send in turn: nothing twice, and what the second kept meanwhile is not left lying", async () => {
  const second = new Outbox(means);
  await box.keep(matter("a"));
  const first = box.send();
  await second.keep(matter("b"));
  const ends = (await Promise.all([first, second.send()])).map((outcome) => outcome.end);
  expect([ends, house.batches.flat(), await states()]).toEqual([["sent", "sent"], [1, 2], ["done", "done"]]);
});

test("a full disk is told, and nothing of the deed is half kept", async () => {
  shelf.full = true;
  await expect(box.keep(matter("a"), [{ sha: "s", bytes: new Uint8Array(3), whole: false, sentences: [] }])).rejects.toBeInstanceOf(DiskFull);
  expect([shelf.held.size, shelf.pictures.size]).toEqual([0, 0]);
});

test("what is unsent can be taken out by hand, as it would be sent", async () => {
  const item = await box.keep(matter("井盖"));
  const taken = JSON.parse(await box.exported());
  expect([taken.device, taken.envelopes[0].body, taken.envelopes[0].signature]).toEqual(["d", item.body, item.signature]);
});

test("a photo goes on where it broke and frees its room when it is whole", async () => {
  const bytes = Uint8Array.from({ length: PIECE * 2 + 7 }, (_, i) => i % 251);
  await box.keep(matter("a"), [{ sha: "s", bytes, whole: false, sentences: [] }]);
  house.breaks = 1;
  expect([(await box.send()).end, await states(), house.pieces.get("s")?.length]).toEqual(["offline", ["done"], PIECE]);
  const told: number[] = [];
  house.standing = async (sha) => (told.push(house.pieces.get(sha)?.length ?? 0), { status: 200, body: { anlan: 1, offset: house.pieces.get(sha)?.length ?? 0, whole: false } });
  expect([(await box.send()).end, told, house.pieces.get("s")]).toEqual(["sent", [PIECE], [...bytes]]);
  expect([shelf.pictures.get("s")?.whole, shelf.pictures.get("s")?.bytes.length]).toEqual([true, 0]);
});

test("ids carry their time in front", () => {
  expect(uuid7(Date.UTC(2021, 5, 25), new Uint8Array(16).fill(255))).toBe("017a4077-5400-7fff-bfff-ffffffffffff");
});
