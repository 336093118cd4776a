// What the phone keeps, in IndexedDB. One transaction a call: all of it is stored or none.
import type { Item, Photo, Store } from "./queue.ts";
import type { Draft } from "./draft.ts";

const NAME = "anlan-field";
const SHEET = "sheet/";
const STORES = ["items", "photos", "meta", "drafts", "taken"] as const;
type StoreName = (typeof STORES)[number];
type Taken = { sha: string; bytes: Uint8Array };

/** Days a record and its photos stay after Anlan has them; then the phone lets go. */
export const KEEP_DAYS = 7;

/** The draft was changed or finished in another tab. */
export class Elsewhere extends Error {}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((kept, failed) => {
    request.onsuccess = () => kept(request.result);
    request.onerror = () => failed(request.error);
  });
}

function over(change: IDBTransaction): Promise<void> {
  return new Promise((kept, failed) => {
    change.oncomplete = () => kept();
    change.onabort = () => failed(change.error);
    change.onerror = () => failed(change.error);
  });
}

export async function openShelf(): Promise<Shelf> {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("items", { keyPath: "n" });
    request.result.createObjectStore("photos", { keyPath: "sha" });
    request.result.createObjectStore("meta");
    request.result.createObjectStore("drafts", { keyPath: "uid" });
    request.result.createObjectStore("taken", { keyPath: "sha" });
  };
  const database = await done(request);
  database.onversionchange = () => database.close();
  return new Shelf(database);
}

export class Shelf implements Store {
  constructor(private readonly database: IDBDatabase) {}

  private async change(names: StoreName[], act: (of: (name: StoreName) => IDBObjectStore) => void): Promise<void> {
    const change = this.database.transaction(names, "readwrite", { durability: "strict" });
    const end = over(change);
    act((name) => change.objectStore(name));
    await end;
  }

  private all<T>(name: StoreName): Promise<T[]> {
    return done(this.database.transaction(name).objectStore(name).getAll() as IDBRequest<T[]>);
  }

  items = (): Promise<Item[]> => this.all<Item>("items");
  photos = (): Promise<Photo[]> => this.all<Photo>("photos");
  drafts = (): Promise<Draft[]> => this.all<Draft>("drafts");

  async next(): Promise<number> {
    let n = 0;
    await this.change(["meta"], (of) => {
      const held = of("meta").get("count") as IDBRequest<number | undefined>;
      held.onsuccess = () => of("meta").put((n = (held.result ?? 0) + 1), "count");
    });
    return n;
  }

  async put(items: Item[], photos: Photo[] = []): Promise<void> {
    await this.change(["items", "photos"], (of) => {
      for (const item of items) of("items").put(item);
      for (const photo of photos) of("photos").put(photo);
    });
  }

  async putPhoto(photo: Photo): Promise<void> {
    await this.change(["photos"], (of) => of("photos").put(photo));
  }

  async wipe(): Promise<void> {
    await this.change([...STORES], (of) => STORES.forEach((name) => of(name).clear()));
  }

  meta<T>(key: string): Promise<T | undefined> {
    return done(this.database.transaction("meta").objectStore("meta").get(key) as IDBRequest<T | undefined>);
  }

  async setMeta(key: string, value: unknown): Promise<void> {
    await this.change(["meta"], (of) => of("meta").put(value, key));
  }

  draft(uid: string): Promise<Draft | undefined> {
    return done(this.database.transaction("drafts").objectStore("drafts").get(uid) as IDBRequest<Draft | undefined>);
  }

  /** Raises Elsewhere where another tab has changed or finished it since; then nothing is stored. */
  async keepDraft(draft: Draft, taken: Taken[] = []): Promise<void> {
    let elsewhere = false;
    await this.change(["drafts", "taken"], (of) => {
      const held = of("drafts").get(draft.uid) as IDBRequest<Draft | undefined>;
      held.onsuccess = () => {
        elsewhere = (held.result?.rev ?? 0) !== (draft.rev ?? 1) - 1;
        if (elsewhere) return;
        of("drafts").put(draft);
        for (const photo of taken) of("taken").put(photo);
      };
    });
    if (elsewhere) throw new Elsewhere();
  }

  /** The draft has become a record, or was given up. */
  async dropDraft(draft: Draft): Promise<void> {
    await this.change(["drafts"], (of) => of("drafts").delete(draft.uid));
  }

  /** A short form while it is filled in, and a photo just taken for it. */
  async keepSheet(name: string, sheet: unknown, taken: Taken[] = []): Promise<void> {
    await this.change(["meta", "taken"], (of) => {
      of("meta").put(sheet, `${SHEET}${name}`);
      for (const photo of taken) of("taken").put(photo);
    });
  }

  sheet<T>(name: string): Promise<T | undefined> {
    return this.meta<T>(`${SHEET}${name}`);
  }

  async dropSheet(name: string): Promise<void> {
    await this.change(["meta"], (of) => of("meta").delete(`${SHEET}${name}`));
  }

  /** The bytes of a photo, whether its record is finished or not; undefined once they have been sent and let go. */
  async bytes(sha: string): Promise<Uint8Array | undefined> {
    const change = this.database.transaction(["taken", "photos"]);
    const taken = await done(change.objectStore("taken").get(sha) as IDBRequest<Taken | undefined>);
    if (taken) return taken.bytes;
    const kept = await done(this.database.transaction("photos").objectStore("photos").get(sha) as IDBRequest<Photo | undefined>);
    return kept?.bytes.length ? kept.bytes : undefined;
  }

  /** Lets go of what Anlan has had for a week, and of photos that belong to nothing. Only before any page is open. */
  async prune(now: Date): Promise<void> {
    const old = new Date(now.getTime() - KEEP_DAYS * 86_400_000).toISOString();
    const items = await this.items();
    const gone = items.filter((i) => i.at < old && (i.state === "done" || i.state === "told" || i.mendedBy !== undefined));
    const named = JSON.stringify(items.filter((i) => !gone.includes(i)).map((i) => i.body));
    const photos = (await this.photos()).filter((p) => p.whole && !named.includes(p.sha));
    const loose = await this.loose();
    await this.change(["items", "photos", "taken"], (of) => {
      for (const item of gone) of("items").delete(item.n);
      for (const photo of photos) of("photos").delete(photo.sha);
      for (const sha of loose) of("taken").delete(sha);
    });
  }

  /** Photos of drafts that were finished or given up. */
  private async loose(): Promise<string[]> {
    const read = this.database.transaction(["drafts", "meta", "taken"]);
    const [drafts, sheets, shas] = await Promise.all([
      done(read.objectStore("drafts").getAll()), done(read.objectStore("meta").getAll(IDBKeyRange.bound(SHEET, `${SHEET}\uffff`))),
      done(read.objectStore("taken").getAllKeys())]);
    const named = JSON.stringify([drafts, sheets]);
    return (shas as string[]).filter((sha) => !named.includes(sha));
  }
}
