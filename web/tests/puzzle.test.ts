import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { tried } from "../lib/puzzle.ts";
import { sha256, zeroBits } from "../lib/sha256.ts";

const hex = (text: string) => [...sha256(text)].map((word) => word.toString(16).padStart(8, "0")).join("");

test("the digest of a text of any length is the one everybody knows", () => {
  for (const text of ["", "abc", "安澜", "a".repeat(55), "a".repeat(56), "a".repeat(63), "a".repeat(64), "x".repeat(1000)]) {
    expect(hex(text)).toBe(createHash("sha256").update(text).digest("hex"));
  }
});

test("an answer is found, and looking for it goes on where it stopped", () => {
  let slices = 0, found = tried("question", 10, 0, () => true);
  while (found.answer === undefined && slices++ < 1000) found = tried("question", 10, found.next, () => true);
  expect(zeroBits(`question.${found.answer}`)).toBeGreaterThanOrEqual(10);
  expect(tried("question", 10, 0, () => false).answer).toBe(found.answer);
  expect(slices).toBe(Math.floor(Number(found.answer) / 32));
});
