import { expect, test } from "vitest";
import { Owed } from "../field/owed.ts";

const photo = (sha: string) => ({ sha, bytes: new Uint8Array(1) });

test("what the disk did not take goes with the next change, once", async () => {
  const owed = new Owed(), written: string[][] = [];
  let full = true;
  const write = async (all: { sha: string }[]) => {
    if (full) throw new Error("no room");
    written.push(all.map(({ sha }) => sha));
  };
  await expect(owed.keep([photo("a")], write)).rejects.toThrow("no room");
  await expect(owed.keep([photo("b")], write)).rejects.toThrow("no room");
  full = false;
  await owed.keep([photo("c")], write);
  await owed.keep([], write);
  expect(written).toEqual([["a", "b", "c"], []]);
});
