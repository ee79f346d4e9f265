/** What all plots share: the drawing surface, colours that the colour-blind tell apart, numbers as the language writes
 * them, and saving what is shown. */
import * as echarts from "../vendor/echarts.esm.min.mjs";

const style = getComputedStyle(document.documentElement);
const token = (name) => style.getPropertyValue(name).trim();
const language = document.documentElement.lang;

export const INK = token("--ink");
export const SOFT = token("--soft");
export const LINE = token("--line");
export const PAPER = token("--paper");
export const FONT = token("--letters");
export const BAR = token("--o-blue");

/** Groups: colours of Okabe and Ito, darkest contrast first, each with a dash of its own. */
export const GROUPS = [
  { color: token("--o-blue"), dash: "solid" },
  { color: token("--o-vermillion"), dash: [9, 4] },
  { color: token("--o-green"), dash: [2, 3] },
  { color: token("--o-purple"), dash: [10, 3, 2, 3] },
  { color: token("--o-orange"), dash: [5, 2] },
  { color: token("--o-sky"), dash: [14, 4, 2, 4, 2, 4] },
];
export const OTHERS = { color: token("--t-other"), dash: [3, 6] };

/** The colour of a kind of treatment, as everywhere in the workbench. */
export const treatmentColor = (kind) => token(`--t-${kind}`) || token("--t-other");

/** Dark letters on light fills and the reverse (WCAG relative luminance). */
export function lettersOn(color) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.19 ? INK : "#ffffff";
}

/** A colour with white in it: what may be, beside what is. */
export function pale(color, white = 0.35) {
  const parts = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  return `#${parts.map((part) => Math.round(part + (255 - part) * white).toString(16).padStart(2, "0")).join("")}`;
}

export const number = (value, digits = 0) =>
  new Intl.NumberFormat(language, { maximumFractionDigits: digits, minimumFractionDigits: digits }).format(value);
export const percent = (share) =>
  new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 }).format(share);

export const capital = (words) => words.charAt(0).toLocaleUpperCase(language) + words.slice(1);

/** Fills `{name}` in words. */
export const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);

const BASE = { animation: false, textStyle: { fontFamily: FONT, fontSize: 12, color: INK }, aria: { enabled: false } };

/** A drawing surface in `place`; `draw(chart)` gives the option, and is asked again when the width changes. */
export function surface(place, draw) {
  const chart = echarts.init(place, null, { renderer: "svg" });
  const again = () => {
    chart.setOption({ ...BASE, ...draw(chart) }, { notMerge: true });
    place.querySelector("svg")?.setAttribute("aria-hidden", "true");
  };
  again();
  let width = place.clientWidth;
  new ResizeObserver(() => {
    if (place.clientWidth === width || !place.clientWidth) return;
    width = place.clientWidth;
    chart.resize();
    again();
  }).observe(place);
  return chart;
}

export const textWidth = (text, size = 12) => echarts.format.getTextRect(text, `${size}px ${FONT}`).width;

/** A hint in the drawing itself: HTML hints would need inline styles, which the policy of the pages forbids. */
export const HINT = {
  renderMode: "richText",
  hideDelay: 0,
  confine: true,
  backgroundColor: PAPER,
  borderColor: token("--edge"),
  borderWidth: 1,
  padding: [7, 10],
  textStyle: { color: INK, fontSize: 12, fontFamily: FONT, lineHeight: 17 },
};

function save(name, address) {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}

const svg = (tag, attributes, text) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
};

/** Writes `lines` and the entries of `key` ({picture, text}) from the top; gives the height they take. */
function head(drawn, lines, key, width) {
  const text = (x, y, size, words, weight = 400) => drawn.append(svg("text", { x, y, "font-size": size, "font-weight": weight, "font-family": FONT, fill: INK }, words));
  let y = 22;
  lines.filter(Boolean).forEach((words, i) => { text(12, y, i ? 12 : 14, words, i ? 400 : 600); y += i ? 17 : 19; });
  let x = 12;
  for (const { picture, words } of key) {
    const wide = 28 + textWidth(words, 12) + 16;
    if (x + wide > width && x > 12) { x = 12; y += 19; }
    const group = svg("g", { transform: `translate(${x} ${y - 11})` });
    group.append(...[...picture.cloneNode(true).children]);
    drawn.append(group);
    text(x + 28, y, 12, words);
    x += wide;
  }
  return y + (key.length ? 12 : -8);
}

/** The drawing as a file of its own: what it shows above it, in words, its key, and a white ground. */
function standalone(chart, told) {
  chart.dispatchAction({ type: "hideTip" });
  chart.dispatchAction({ type: "downplay" });
  chart.dispatchAction({ type: "updateAxisPointer", currTrigger: "leave" });
  chart.getZr().flush();
  const inner = chart.getDom().querySelector("svg").cloneNode(true);
  const width = chart.getWidth();
  const drawn = svg("svg", { xmlns: "http://www.w3.org/2000/svg" });
  const ground = svg("rect", { width, fill: "#ffffff" });
  drawn.append(svg("title", {}, told.lines[0]), ground);
  const top = head(drawn, told.lines, told.key, width);
  const height = top + chart.getHeight() + 8;
  const group = svg("g", { transform: `translate(0 ${top})` });
  group.append(...inner.children);
  drawn.append(group);
  ground.setAttribute("height", height);
  for (const [key, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` })) drawn.setAttribute(key, value);
  return { text: new XMLSerializer().serializeToString(drawn), width, height };
}

/** Saves the drawing; `told` is {lines, key}: the words above it and the entries of its key. */
export function saveSvg(chart, name, told) {
  const blob = new Blob([standalone(chart, told).text], { type: "image/svg+xml" });
  const address = URL.createObjectURL(blob);
  save(`${name}.svg`, address);
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

const PNG_SCALE = 2;

export async function savePng(chart, name, told) {
  const { text, width, height } = standalone(chart, told);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * PNG_SCALE;
  canvas.height = height * PNG_SCALE;
  const context = canvas.getContext("2d");
  context.scale(PNG_SCALE, PNG_SCALE);
  context.drawImage(image, 0, 0);
  const blob = await new Promise((done) => { canvas.toBlob(done, "image/png"); });
  const address = URL.createObjectURL(blob);
  save(`${name}.png`, address);
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
