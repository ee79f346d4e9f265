/** Distributions: bars across for names, upright for ages and years; parts of a bar by result. */
import { BAR, HINT, INK, LINE, PAPER, SOFT, capital, number, percent, surface, textWidth } from "./plot.mjs";

const ROW = 22;
const UPRIGHT = 220;
const MOST_NUMBERS = 16; // upright bars that have room for their numbers
const LEGEND_MARK = 17;
const LEGEND_GAP = 12;

/** Results of markers: colour and, through the order and the words, never colour alone. */
const RESULTS = {
  positive: "#0072b2", mutated: "#d55e00", amplified: "#e69f00", rearranged: "#cc79a7", unstable: "#f0e442",
  equivocal: "#8b949f", stable: "#9fd6c4", negative: "#c8dcea", wild_type: "#b7c4cf",
};

export function draw(place, data, words) {
  const bars = data.bars;
  const across = data.across;
  const names = bars.map((bar) => capital(across ? bar.label : bar.value.replace("-", "–")));
  const parts = [...new Map(bars.flatMap((bar) => bar.parts).map((part) => [part.name, part.label]))].sort(([a], [b]) => rank(a) - rank(b));
  const key = parts.length ? legendHeight(parts, place.clientWidth) : 4;
  place.style.height = `${across ? bars.length * ROW + key + 26 : UPRIGHT}px`;
  const most = Math.max(1, ...bars.map((bar) => bar.n));
  const axis = {
    type: "category", data: names, inverse: across, triggerEvent: across, axisTick: { show: false },
    axisLine: { show: !across, lineStyle: { color: SOFT } },
    axisLabel: across ? { color: INK, interval: 0, overflow: "truncate" } : { color: INK, hideOverlap: true },
  };
  const counts = { type: "value", min: 0, max: most < 5 ? 5 : undefined, minInterval: 1, axisLabel: { color: SOFT, formatter: (value) => number(value), hideOverlap: true }, splitLine: { lineStyle: { color: LINE } }, splitNumber: 4 };
  const series = parts.length
    ? parts.map(([name, label], i) => ({
      type: "bar", stack: "all", name: label, barMaxWidth: 15, cursor: "pointer",
      itemStyle: { color: RESULTS[name] ?? "#8b949f", borderColor: PAPER, borderWidth: 0.6 },
      data: bars.map((bar) => bar.parts.find((part) => part.name === name)?.n ?? 0),
      label: i === parts.length - 1 ? { show: true, position: "right", color: INK, formatter: ({ dataIndex }) => number(bars[dataIndex].n) } : undefined,
    }))
    : [{
      type: "bar", barMaxWidth: across ? 15 : 34, cursor: "pointer", itemStyle: { color: BAR }, data: bars.map((bar) => bar.n),
      label: { show: across || bars.length <= MOST_NUMBERS, position: across ? "right" : "top", color: INK, fontSize: 11, formatter: ({ value }) => (value ? number(value) : ""), distance: 3 },
      labelLayout: { hideOverlap: true },
    }];
  const option = (chart) => {
    const widest = Math.max(...names.map((name) => textWidth(name)));
    const left = across ? Math.min(widest + 18, 250, chart.getWidth() * 0.5) : 44;
    if (across) axis.axisLabel.width = left - 14;
    return {
      grid: { left, right: across ? 44 : 12, top: across ? key : 20, bottom: across ? 24 : 26 },
      legend: parts.length ? { top: 0, left: 0, icon: "rect", itemWidth: LEGEND_MARK - 5, itemHeight: 10, itemGap: LEGEND_GAP, textStyle: { color: INK }, selectedMode: false, data: parts.map(([, label]) => label) } : undefined,
      xAxis: across ? counts : axis,
      yAxis: across ? axis : counts,
      tooltip: { ...HINT, trigger: "item", formatter: (item) => hint(item, bars, parts, data, words) },
      series,
    };
  };
  const chart = surface(place, option);
  chart.on("click", (clicked) => {
    const bar = clicked.componentType === "yAxis" ? bars[names.indexOf(clicked.value)] : bars[clicked.dataIndex];
    const part = parts.length && clicked.seriesIndex !== undefined ? bar?.parts.find((each) => each.name === parts[clicked.seriesIndex][0]) : null;
    const address = part?.cases ?? bar?.cases;
    if (address) location.assign(address);
  });
  return chart;
}

/** How high the legend is: its entries fill lines of the width. */
function legendHeight(parts, width) {
  let [lines, used] = [1, 0];
  for (const [, label] of parts) {
    const wide = textWidth(label) + LEGEND_MARK + LEGEND_GAP;
    if (used + wide > width && used) { lines += 1; used = 0; }
    used += wide;
  }
  return lines * 24 + 6;
}

const ORDER = Object.keys(RESULTS);
const rank = (name) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);

function hint(item, bars, parts, data, words) {
  const bar = bars[item.dataIndex];
  const told = Math.max(1, data.told);
  if (!parts.length) return `${bar.label}\n${number(bar.n)} ${words.cases} (${percent(bar.n / told)})`;
  const lines = bar.parts.map((part) => `${part.label} : ${number(part.n)} (${percent(part.n / bar.n)})`);
  return [`${bar.label} · ${number(bar.n)} ${words.cases}`, ...lines].join("\n");
}
