/** A bar a patient: courses of treatment as segments with their letters, what happened as marks of different shapes. */
import { FONT, HINT, INK, LINE, SOFT, fill, lettersOn, number, pale, surface, textWidth, treatmentColor } from "./plot.mjs";

const ROW = 22;
const BAR = 14;
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
  place.style.minHeight = "0";
  place.style.height = `${TOP + ROW * rows.length + AXIS}px`;
  const end = Math.max(12, ...rows.map((row) => row.end));
  const start = Math.min(0, ...rows.flatMap((row) => row.bars.map((bar) => bar.start)));
  const option = (chart) => {
    const widest = Math.max(...rows.map((row) => textWidth(row.name)));
    const most = Math.min(widest + 4, 170, chart.getWidth() * 0.24);
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
    const row = clicked.componentType === "yAxis" ? rows.find((each) => each.name === clicked.value) : rows[clicked.value?.[2]];
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

/** Courses at one time share the height of the row: gives each its lane and how many there are. */
function lanes(bars) {
  const placed = new Map();
  let together = [];
  let until = -Infinity;
  const share = () => {
    const ends = [];
    for (const bar of together) {
      const free = ends.findIndex((end) => end <= bar.start + MOMENT);
      const lane = free < 0 ? ends.length : free;
      ends[lane] = bar.end;
      placed.set(bar, lane);
    }
    for (const bar of together) placed.set(bar, { lane: placed.get(bar), of: ends.length });
  };
  for (const bar of bars.filter((each) => each.end - each.start >= MOMENT)) {
    if (bar.start >= until - MOMENT) { share(); together = []; }
    together.push(bar);
    until = Math.max(until, bar.end);
  }
  share();
  return placed;
}

/** Where letters stand in a segment without a mark upon them: pixels from its start; none where there is no room. */
function room(left, width, wide, taken) {
  for (let x = left + 3; x + wide + 3 <= left + width; x += 4) {
    if (taken.every((at) => at + 7 < x || at - 7 > x + wide)) return x;
  }
  return null;
}

/** Segments of courses, with their letters where they fit; an end that is not told fades out in stripes. */
function segments(rows, data, words) {
  const placed = new Map(rows.map((row) => [row, lanes(row.bars)]));
  const items = rows.flatMap((row, i) => row.bars.map((bar) => ({ value: [bar.start, bar.end, i], bar, row })));
  return {
    type: "custom", z: 2, data: items, encode: { x: [0, 1], y: 2 }, cursor: "pointer",
    tooltip: { formatter: ({ data: item }) => course(item.bar, item.row, data, words) },
    renderItem: (params, api) => {
      const { bar, row } = items[params.dataIndex];
      const color = bar.ended ? treatmentColor(bar.kind) : pale(treatmentColor(bar.kind));
      const [left, y] = api.coord([bar.start, api.value(2)]);
      const [right] = api.coord([bar.end, api.value(2)]);
      const moment = MOMENTS[bar.kind];
      if (moment && bar.end - bar.start < MOMENT) return moment(left, y, color);
      const { lane, of } = placed.get(row).get(bar) ?? { lane: 0, of: 1 };
      const height = BAR / of;
      const top = y - BAR / 2 + lane * height;
      const width = Math.max(2.5, right - left);
      const children = [{ type: "rect", shape: { x: left, y: top, width, height }, style: { fill: color } }];
      if (!bar.ended) children.push(...stripes(left, top, width, height));
      const letters = data.letters[bar.kind];
      const taken = [...row.marks.map((mark) => mark.at), ...row.bars.filter((each) => MOMENTS[each.kind] && each.end - each.start < MOMENT).map((each) => each.start)].map((month) => api.coord([month, 0])[0]);
      const x = letters && of === 1 ? room(left, width - (bar.ended ? 0 : 12), textWidth(letters, 10), taken) : null;
      if (x !== null) children.push({ type: "text", x, y: y + 0.5, style: { text: letters, fill: lettersOn(color), font: `600 10px ${FONT}`, textVerticalAlign: "middle" } });
      return { type: "group", children };
    },
  };
}

function stripes(left, top, width, height) {
  const from = left + Math.max(0, width - 14);
  const lines = [];
  for (let x = from; x < left + width; x += 4) {
    lines.push({ type: "line", silent: true, shape: { x1: x, y1: top + height, x2: Math.min(x + 4, left + width), y2: top }, style: { stroke: "#fff", lineWidth: 1.6 } });
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

/** The key: every kind of course and mark of the plot, in its very shape. */
export function key(place, data) {
  const kinds = [...new Set(data.rows.flatMap((row) => row.bars.map((bar) => bar.kind)))];
  const happened = Object.keys(MARKS).filter((kind) => data.rows.some((row) => row.marks.some((mark) => mark.kind === kind)));
  const shapes = [
    ...kinds.map((kind) => [kind, MOMENTS[kind] ? MOMENTS[kind](11, 11, treatmentColor(kind)) : { type: "rect", shape: { x: 0, y: 0, width: 22, height: BAR }, style: { fill: treatmentColor(kind) }, letters: data.letters[kind] }]),
    ...happened.map((kind) => [kind, MARKS[kind](kind === "followed" ? 5 : 11, 7)]),
  ];
  place.replaceChildren(...shapes.map(([kind, shape]) => {
    const entry = document.createElement("span");
    entry.append(drawn(shape), data.labels[kind]);
    return entry;
  }));
}

const ELEMENTS = {
  circle: ({ cx, cy, r }) => ["circle", { cx, cy, r }],
  rect: ({ x, y, width, height }) => ["rect", { x, y, width, height }],
  polygon: ({ points }) => ["polygon", { points: points.map((point) => point.join(",")).join(" ") }],
  path: ({ pathData }) => ["path", { d: pathData }],
};

function drawn({ type, shape, style, letters }) {
  const make = (tag, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const [tag, attributes] = ELEMENTS[type](shape);
  const picture = make("svg", { viewBox: "0 0 22 14", "aria-hidden": "true" });
  picture.append(make(tag, { ...attributes, fill: style.fill, stroke: style.stroke ?? "none", "stroke-width": style.lineWidth ?? 0 }));
  if (letters) {
    const text = make("text", { x: 11, y: 10.5, "text-anchor": "middle", "font-size": 10, "font-weight": 600, fill: lettersOn(style.fill) });
    text.textContent = letters;
    picture.append(text);
  }
  return picture;
}
