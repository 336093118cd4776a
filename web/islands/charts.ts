// Charts of the tables behind them: what is drawn is what the table says, and each bar opens the rows of its line.
import { BarChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { type Line, linesOf } from "../lib/chartlines.ts";
import { mount } from "../lib/life.ts";

echarts.use([BarChart, GridComponent, TooltipComponent, CanvasRenderer]);
const ROW = 26;

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function optionOf(lines: Line[], sideways: boolean): echarts.EChartsCoreOption {
  const names = {
    type: "category", data: lines.map((line) => line.label), axisTick: { show: false },
    axisLine: { lineStyle: { color: colour("--line-control") } },
    axisLabel: { color: colour("--ink-soft"), fontSize: 12, hideOverlap: !sideways },
  };
  const values = {
    type: "value", min: 0, splitNumber: 3, ...(lines.some((line) => line.said.endsWith("%")) ? { max: 100 } : {}), splitLine: { lineStyle: { color: colour("--line") } },
    axisLabel: { color: colour("--ink-soft"), fontSize: 12, hideOverlap: true },
  };
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches, animationDuration: 150,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 4, right: sideways ? 72 : 8, top: 12, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    // Drawn on the canvas: a box of HTML would need styles that the content policy forbids.
    tooltip: { renderMode: "richText", formatter: (at: { dataIndex: number }) => said(lines[at.dataIndex]) },
    xAxis: sideways ? { ...values, show: false } : names,
    yAxis: sideways ? { ...names, inverse: true } : values,
    series: [{
      type: "bar", barMaxWidth: sideways ? 14 : 22, itemStyle: { color: colour("--accent") }, cursor: "pointer",
      data: lines.map((line) => line.value),
      label: { show: sideways, position: "right", color: colour("--ink-soft"), formatter: (at: { dataIndex: number }) => lines[at.dataIndex]?.said ?? "" },
    }],
  };
}

function said(line?: Line): string {
  return line ? `${line.label}\n${line.said}` : "";
}

mount("[data-chart]", (root, life) => {
  const table = root.parentElement?.querySelector("table");
  if (!table) return;
  const sideways = root.dataset.chart === "areas";
  const all = linesOf(table);
  const lines = sideways ? all : all.reverse();
  if (sideways) root.style.height = `${Math.max(3, lines.length) * ROW + 20}px`;
  const chart = echarts.init(root);
  chart.setOption(optionOf(lines, sideways));
  chart.on("click", (at) => {
    const url = lines[at.dataIndex]?.url;
    if (url) location.assign(url);
  });
  const watcher = new ResizeObserver(() => chart.resize());
  watcher.observe(root);
  life.ends(() => {
    watcher.disconnect();
    chart.dispose();
  });
});
