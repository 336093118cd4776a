import { expect, test } from "vitest";
import { linesOf } from "../lib/chartlines.ts";

test("a chart draws what its table says, and a dash is no zero", () => {
  document.body.innerHTML = `<table><thead><tr><th>项目</th></tr></thead><tbody>
    <tr><th><a href="/desk/figures/haz-found/?on=2021-06-01">东街街道</a></th><td class="bar"></td><td class="number">90,337 起</td></tr>
    <tr><th>西街街道</th><td class="bar"></td><td class="number">95.7 %</td></tr>
    <tr><th>南街街道</th><td class="bar"></td><td class="number">—</td></tr></tbody></table>`;
  expect(linesOf(document.querySelector("table") as HTMLTableElement)).toEqual([
    { label: "东街街道", value: 90337, said: "90,337 起", url: "/desk/figures/haz-found/?on=2021-06-01" },
    { label: "西街街道", value: 95.7, said: "95.7 %", url: "" },
    { label: "南街街道", value: null, said: "—", url: "" },
  ]);
});
