/** A bar a patient: courses of treatment as segments with their letters, what happened as marks of different shapes. */
import { FONT, HINT, INK, LINE, SOFT, fill, lettersOn, number, surface, textWidth, treatmentColor } from "./plot.mjs";

const ROW = 19;
const BAR = 12;
const TOP = 8;
const AXIS = 44;
const MOMENT = 0.01; // months: shorter segments are done on a day

/** Shapes tell the marks apart without colour; each is drawn around its place. */
const MARKS = {
  relapse: (x, y) => ({ type: "circle", shape: { cx: x, cy: y, r: 5 }, style: { fill: "#d55e00", stroke: "#fff", lineWidth: 1.2 } }),
  progression: (x, y) => polygon([[x, y - 6], [x + 5.6, y + 4.4], [x - 5.6, y + 4.4]], { fill: "#d55e00", stroke: "#fff", lineWidth: 1.2 }),
  complete_response: (x, y) => polygon(star(x, y), { fill: INK, stroke: "#fff", lineWidth: 1 }),
  partial_response: (x, y) => polygon(star(x, y), { fill: "#fff", stroke: INK, lineWidth: 1.2 }),
  death: (x, y) => ({ type: "path", shape: { pathData: `M${x - 4.5} ${y - 4.5}L${x + 4.5} ${y + 4.5}M${x + 4.5} ${y - 4.5}L${x - 4.5} ${y + 4.5}` }, style: { fill: "none", stroke: INK, lineWidth: 2.4 } }),
  followed: (x, y) => ({ type: "path", shape: { pathData: `M${x} ${y}L${x + 10} ${y}M${x + 5.5} ${y - 4}L${x + 10.5} ${y}L${x + 5.5} ${y + 4}` }, style: { fill: "none", stroke: SOFT, lineWidth: 1.8 } }),
};

/** What is done on a day is a shape on the bar. */
const MOMENTS = {
  surgery: (x, y, fill) => polygon([[x - 5, y - 8], [x + 5, y - 8], [x, y + 1]], { fill, stroke: "#fff", lineWidth: 1 }),
  transplant: (x, y, fill) => ({ type: "rect", shape: { x: x - 4.5, y: y - 8, width: 9, height: 9 }, style: { fill, stroke: "#fff", lineWidth: 1 } }),
  embolisation: (x, y, fill) => polygon([[x, y - 9], [x + 5, y - 4], [x, y + 1], [x - 5, y - 4]], { fill, stroke: "#fff", lineWidth: 1 }),
};

function polygon(points, style) {
  return { type: "polygon", shape: { points }, style };
}

function star(x, y) {
  return Array.from({ length: 10 }, (_, i) => {
    const [angle, radius] = [(Math.PI * i) / 5 - Math.PI / 2, i % 2 ? 2.6 : 6];
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
  });
}

export function draw(place, data, words) {
  const rows = data.rows;
  place.style.height = `${TOP + ROW * rows.length + AXIS}px`;
  const end = Math.max(12, ...rows.map((row) => row.end));
  const start = Math.min(0, ...rows.flatMap((row) => row.bars.map((bar) => bar.start)));
  const option = (chart) => {
    const most = Math.min(170, chart.getWidth() * 0.24);
    return {
      grid: { left: most + 10, right: 30, top: TOP, height: ROW * rows.length },
      xAxis: {
        type: "value", min: start < -0.5 ? Math.floor(start) : 0, max: Math.ceil(end), name: words.months, nameLocation: "middle", nameGap: 26, nameTextStyle: { color: SOFT },
        minInterval: 6, interval: evenStep(end), axisLabel: { color: INK, showMinLabel: start > -0.5, showMaxLabel: false, formatter: (value) => number(value) }, splitLine: { lineStyle: { color: LINE } }, axisLine: { lineStyle: { color: SOFT } },
      },
      yAxis: {
        type: "category", inverse: true, data: rows.map((row) => row.name), triggerEvent: true, axisTick: { show: false }, axisLine: { show: false },
        axisLabel: { color: INK, width: most, overflow: "truncate", interval: 0, fontSize: 12 },
      },
      tooltip: { ...HINT, trigger: "item" },
      series: [
        { type: "custom", data: rows.map((row, i) => [0, row.end, i]), z: 1, renderItem: follow, tooltip: { formatter: ({ dataIndex }) => about(rows[dataIndex], words) }, encode: { x: [0, 1], y: 2 } },
        segments(rows, data, words),
        marks(rows, data, words),
      ],
    };
  };
  const chart = surface(place, option);
  chart.on("click", (clicked) => {
    const row = clicked.componentType === "yAxis" ? rows.find((each) => each.name === clicked.value) : rows[clicked.data?.[2]];
    if (row) location.assign(row.address);
  });
  return chart;
}

const STEPS = [6, 12, 24, 36, 60, 120];
const evenStep = (end) => STEPS.find((step) => end / step <= 12) ?? 240;

function follow(_, api) {
  const [left, y] = api.coord([api.value(0), api.value(2)]);
  const [right] = api.coord([api.value(1), api.value(2)]);
  return { type: "rect", shape: { x: left, y: y - 2, width: Math.max(1, right - left), height: 4 }, style: { fill: LINE } };
}

/** Segments of courses, with their letters where they fit; an end that is not told fades out in stripes. */
function segments(rows, data, words) {
  const items = rows.flatMap((row, i) => row.bars.map((bar) => ({ value: [bar.start, bar.end, i], bar, row })));
  return {
    type: "custom", z: 2, data: items, encode: { x: [0, 1], y: 2 }, cursor: "pointer",
    tooltip: { formatter: ({ data: item }) => course(item.bar, item.row, data, words) },
    renderItem: (params, api) => {
      const { bar } = items[params.dataIndex];
      const color = treatmentColor(bar.kind);
      const [left, y] = api.coord([bar.start, api.value(2)]);
      const [right] = api.coord([bar.end, api.value(2)]);
      const moment = MOMENTS[bar.kind];
      if (moment && bar.end - bar.start < MOMENT) return moment(left, y, color);
      const width = Math.max(2.5, right - left);
      const children = [{ type: "rect", shape: { x: left, y: y - BAR / 2, width, height: BAR }, style: { fill: color, opacity: bar.ended ? 1 : 0.72 } }];
      if (!bar.ended) children.push(...stripes(left, y, width));
      const letters = data.letters[bar.kind] ?? "";
      if (textWidth(letters, 10) + 4 < width) {
        children.push({ type: "text", x: left + 3, y: y + 0.5, style: { text: letters, fill: lettersOn(color), font: `600 10px ${FONT}`, textVerticalAlign: "middle" } });
      }
      return { type: "group", children };
    },
  };
}

function stripes(left, y, width) {
  const from = left + Math.max(0, width - 14);
  const lines = [];
  for (let x = from; x < left + width; x += 4) {
    lines.push({ type: "line", silent: true, shape: { x1: x, y1: y + BAR / 2, x2: Math.min(x + 4, left + width), y2: y - BAR / 2 }, style: { stroke: "#fff", lineWidth: 1.6 } });
  }
  return lines;
}

function marks(rows, data, words) {
  const items = rows.flatMap((row, i) => row.marks.map((mark) => ({ value: [mark.at, mark.at, i], mark, row })));
  return {
    type: "custom", z: 4, data: items, encode: { x: [0, 1], y: 2 }, clip: false,
    tooltip: { formatter: ({ data: item }) => `${item.row.name}\n${data.labels[item.mark.kind]} : ${fill(words.at_month, { month: number(item.mark.at, 1) })}` },
    renderItem: (params, api) => {
      const { mark } = items[params.dataIndex];
      const [x, y] = api.coord([mark.at, api.value(2)]);
      return MARKS[mark.kind]?.(x, y);
    },
  };
}

function about(row, words) {
  return [row.name, row.about, fill(words.followed_for, { month: number(row.end, 1) })].filter(Boolean).join("\n");
}

function course(bar, row, data, words) {
  const when = bar.end - bar.start < MOMENT
    ? fill(words.at_month, { month: number(bar.start, 1) })
    : fill(bar.ended ? words.from_to : words.from_open, { from: number(bar.start, 1), to: number(bar.end, 1) });
  const line = bar.line ? ` · ${fill(words.line, { line: bar.line })}` : "";
  return [row.name, `${data.labels[bar.kind]}${bar.what ? ` · ${bar.what}` : ""}${line}`, when].join("\n");
}

/** The key of a plot, drawn with the very shapes of it. */
export const SHAPES = { MARKS, MOMENTS };
