import { expect, test } from "vitest";
import { selfGiven, selfMissing, type SelfCheck } from "../field/selfcheck.ts";

const held: SelfCheck = { uid: "s", answers: { CY01: "ok", CY05: "hazard" }, notes: { CY01: "left over", CY05: " 软管有裂纹 " }, other: "", photos: [], name: "陈老板" };

test("a problem is told for each item that is not right, and for what stands in no handbook", () => {
  expect(selfGiven(held, "u")).toEqual({ premises: "u", inspector_name: "陈老板", answers: held.answers, problems: [{ item: "CY05", what: "软管有裂纹" }] });
  expect(selfGiven({ ...held, answers: { CY01: "ok" }, other: " 地滑 ", photos: ["p"] }, "u")).toEqual(
    { premises: "u", inspector_name: "陈老板", answers: { CY01: "ok" }, problems: [{ item: "", what: "地滑" }], photos: ["p"] });
  expect(Object.keys(selfGiven({ ...held, answers: { CY01: "ok" } }, "u"))).toEqual(["premises", "inspector_name", "answers"]);
});

test("what Anlan would refuse is said before it is sent", () => {
  expect([held, { ...held, name: " " }, { ...held, answers: {} }, { ...held, answers: {}, other: "地滑" }].map(selfMissing)).toEqual([false, true, true, false]);
});
