/** Kaplan-Meier curves with their bands, the marks of the censored, and the numbers at risk below. */
import { FONT, GROUPS, HINT, INK, LINE, OTHERS, SOFT, capital, fill, number, percent, surface, textWidth } from "./plot.mjs";

const ROW = 18; // pixels a row of the numbers at risk
const AXIS = 46; // pixels of the month axis
const CURVE = 300; // pixels of the curves
const TOP = 12;
const MOST_MARKS = 90; // marks of the censored a curve: more would hide it

/** The place of the step that holds at a month. */
function stepAt(points, month) {
  let low = 0;
  let high = points.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (points[middle][0] <= month) low = middle;
    else high = middle - 1;
  }
  return points[low];
}

/** The outline of the band: along the upper edge, back along the lower, in steps. */
function outline(points) {
  const edge = (column) => points.flatMap((point, i) => (i ? [[point[0], points[i - 1][column]], [point[0], point[column]]] : [[point[0], point[column]]]));
  return [...edge(3), ...edge(2).reverse()];
}

function marks(curve) {
  const every = Math.max(1, Math.ceil(curve.censored.length / MOST_MARKS));
  return curve.censored.filter((_, i) => i % every === 0).map((month) => [month, stepAt(curve.points, month)[1]]);
}

export function draw(place, data, words) {
  const looks = data.curves.map((curve, i) => (curve.group === "others" ? OTHERS : GROUPS[i % GROUPS.length]));
  const names = data.curves.map((curve) => capital(curve.label));
  const rows = data.curves.length;
  place.style.height = `${TOP + CURVE + AXIS + ROW * (rows + 1) + 6}px`;
  const last = Math.max(...data.curves.map((curve) => curve.last), 1);

  const option = (chart) => {
    const width = chart.getWidth();
    const short = names.map((name) => shorten(name, Math.min(190, width * 0.24)));
    const left = Math.max(64, ...short.map((name) => textWidth(name, 12) + 62));
    const right = 24;
    const across = width - left - right;
    const at = (month) => left + (month / last) * across;
    const ticks = data.ticks;
    return {
      grid: { left, right, top: TOP, height: CURVE },
      xAxis: {
        type: "value", min: 0, max: last, interval: ticks.length > 1 ? ticks[1] - ticks[0] : last,
        name: words.months, nameLocation: "middle", nameGap: 26, nameTextStyle: { color: SOFT },
        axisLabel: { formatter: (value) => (ticks.includes(value) ? number(value) : ""), color: INK, showMaxLabel: true }, splitLine: { show: false },
        axisLine: { lineStyle: { color: SOFT } }, axisTick: { show: true },
      },
      yAxis: {
        type: "value", min: 0, max: 1, interval: 0.25, name: words.survival, nameLocation: "middle", nameGap: 44, nameTextStyle: { color: SOFT },
        axisLabel: { formatter: percent, color: INK }, splitLine: { lineStyle: { color: LINE } }, axisLine: { show: true, lineStyle: { color: SOFT } },
      },
      tooltip: {
        ...HINT, trigger: "axis", axisPointer: { type: "line", lineStyle: { color: SOFT, type: "dotted" } },
        formatter: (shown) => hint(shown[0].axisValue, data.curves, words),
      },
      series: [
        ...data.curves.map((curve, i) => ({
          type: "custom", silent: true, tooltip: { show: false }, data: [[0, 0]], z: 1,
          renderItem: (_, api) => ({
            type: "polygon", shape: { points: outline(curve.points).map((point) => api.coord(point)) },
            style: { fill: looks[i].color, opacity: rows > 3 ? 0.08 : 0.14 },
          }),
        })),
        ...data.curves.map((curve, i) => ({
          type: "line", name: curve.label, step: "end", symbol: "none", triggerLineEvent: true, cursor: "pointer", z: 3,
          data: curve.points.map((point) => [point[0], point[1]]),
          lineStyle: { color: looks[i].color, width: 2, type: looks[i].dash, cap: "butt" }, itemStyle: { color: looks[i].color },
          emphasis: { lineStyle: { width: 3 } },
        })),
        ...data.curves.map((curve, i) => ({
          type: "scatter", silent: true, symbol: "rect", symbolSize: [1.4, 9], data: marks(curve), itemStyle: { color: looks[i].color, opacity: 1 }, z: 4, tooltip: { show: false },
        })),
      ],
      graphic: atRisk(data, looks, short, at, words),
    };
  };
  const chart = surface(place, option);
  chart.on("click", (clicked) => {
    const curve = data.curves[clicked.seriesIndex - rows]; // the bands come before the curves
    if (curve?.cases) location.assign(curve.cases);
  });
  return chart;
}

/** The rows below the axis: the dash and name of each group, and how many are left at each tick. */
function atRisk(data, looks, names, at, words) {
  const head = TOP + CURVE + AXIS;
  const text = (x, y, words, more = {}) => ({ type: "text", silent: true, x, y, style: { text: words, fill: INK, font: `12px ${FONT}`, textVerticalAlign: "middle", ...more } });
  const parts = [text(6, head + 2, words.at_risk, { fill: SOFT, font: `600 12px ${FONT}` })];
  data.curves.forEach((curve, i) => {
    const y = head + ROW * (i + 1) + 3;
    parts.push({
      type: "line", silent: true, shape: { x1: 6, y1: y, x2: 34, y2: y },
      style: { stroke: looks[i].color, lineWidth: 2.5, lineDash: looks[i].dash === "solid" ? null : looks[i].dash },
    });
    parts.push(text(40, y, names[i]));
    for (const mark of curve.landmarks) parts.push(text(at(mark.month), y, number(mark.at_risk), { textAlign: "center" }));
  });
  return parts;
}

function hint(month, curves, words) {
  const lines = [fill(words.at_month, { month: number(month, 1) })];
  for (const curve of curves) {
    if (month > curve.last) lines.push(`${capital(curve.label)} : ${words.beyond}`);
    else {
      const [, shown, low, high] = stepAt(curve.points, month);
      lines.push(`${capital(curve.label)} : ${percent(shown)} (${percent(low)} – ${percent(high)})`);
    }
  }
  return lines.join("\n");
}

function shorten(name, most) {
  if (textWidth(name, 12) <= most) return name;
  let kept = name;
  while (kept.length > 3 && textWidth(`${kept}…`, 12) > most) kept = kept.slice(0, -1);
  return `${kept.trimEnd()}…`;
}
