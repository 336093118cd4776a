// The lines of a table of figures, as a chart draws them.

export type Line = { label: string; value: number | null; said: string; url: string };

/** What stands in each row; a dash is no value, which is not zero. */
export function linesOf(table: HTMLTableElement): Line[] {
  return [...table.querySelectorAll<HTMLTableRowElement>("tbody tr")].map((row) => {
    const head = row.querySelector("th");
    const said = row.querySelector("td.number")?.textContent?.trim() ?? "";
    const number = /-?[\d,]+(\.\d+)?/.exec(said)?.[0];
    return {
      label: head?.textContent?.trim() ?? "",
      value: number ? Number(number.replaceAll(",", "")) : null,
      said,
      url: head?.querySelector("a")?.getAttribute("href") ?? "",
    };
  });
}
