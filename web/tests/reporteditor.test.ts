import { expect, test } from "vitest";
import { inserted } from "../lib/reporteditor.ts";

test("a figure is set at the cursor, in place of what was selected", () => {
  expect(inserted("发现起。", 2, 2, "haz-found", "本年 ")).toEqual({ text: "发现{haz-found 本年}起。", at: 16 });
  expect(inserted("发现86起。", 2, 4, "haz-found", "2020").text).toBe("发现{haz-found 2020}起。");
  expect(inserted("发现起。", 2, 2, "haz-found", "本年", ["部门=区城管局"]).text).toBe("发现{haz-found 本年 部门=区城管局}起。");
});
