// Draws <chart-view>. The server sends ECharts options of plain values, where a colour is `var(--token)` and a formatter
// `@unit` (core/charts): both become real here. app.js loads this file when the first chart comes near the view.
const root = document.documentElement;
const chinese = root.lang.startsWith("zh");
const drawn = new Set();
let engine;

// --- Figures as core/formats.py writes them
const SIGNS = { CNY: "¥", USD: "$", EUR: "€", GBP: "£" };
const SCALES = chinese
  ? [[1e8, 1e8, 2, "亿"], [1e4, 1e4, 1, "万"]]
  : [[1e9, 1e9, 2, "B"], [1e6, 1e6, 2, "M"], [1e4, 1e3, 0, "k"]];
const fixed = (value, places) =>
  Math.abs(value).toLocaleString("en", { minimumFractionDigits: places, maximumFractionDigits: places });
const minus = (value) => (value < 0 ? "\u2212" : "");
const scaled = (size) => {
  for (const [index, [least, unit, places, word]] of SCALES.entries()) {
    if (Math.round(size) < least) continue;
    const bigger = SCALES[index - 1];
    if (bigger && Number((size / unit).toFixed(places)) * unit >= bigger[1]) return fixed(size / bigger[1], bigger[2]) + bigger[3];
    return fixed(size / unit, places) + word;
  }
  return fixed(size, 0);
};
const signed = (value, places) => (value > 0 ? "+" : minus(value)) + fixed(value, places);
const WRITERS = {
  count: (value) => minus(value) + scaled(Math.abs(value)),
  money: (value, currency) => minus(value) + (SIGNS[currency] ?? `${currency}\u00a0`) + scaled(Math.abs(value)),
  number: (value, places) => minus(value) + fixed(value, Number(places)),
  percent: (value, places) => `${minus(value)}${fixed(value * 100, Number(places))}%`,
  points: (value, places) => signed(value, Number(places)),
};
const write = (mark, value) => {
  if (value === null || value === undefined || Number.isNaN(value)) return "—";
  const [kind, detail] = mark.slice(1).split(":");
  return WRITERS[kind](value, detail);
};
// On an axis the decimals that are only zeros say nothing.
const tick = (mark) => (value) => write(mark, value).replace(/(\.\d*?)0+(?=\D*$)/, "$1").replace(/\.(?=\D*$)/, "");

// --- What a formatter mark stands for
const safe = (text) => String(text).replace(/[{}]/g, ""); // braces would be rich text
const shown = (option, points) => points.filter((point) => !option.series[point.seriesIndex].hidden);
// A band is drawn as its lower end and, stacked on it, its width.
const interval = ({ series: [low, width] }, unit, at) =>
  low.data[at] === null ? "—" : `${write(unit, low.data[at])} – ${write(unit, low.data[at] + width.data[at])}`;
const FORMATTERS = {
  name: () => (point) => safe(point.name),
  text: () => (point) => point.data.text,
  axis: (option, { units, band }) => (points) =>
    [
      safe(points[0].axisValueLabel),
      ...shown(option, points).map((p) => `${p.marker}${safe(p.seriesName)}  ${write(units[0], p.value)}`),
      ...(band ? [`${safe(band)}  ${interval(option, units[0], points[0].dataIndex)}`] : []),
    ].join("\n"),
  pair: (option, { units }) => (points) =>
    shown(option, points).slice(0, 1).map((p) => p.value.map((value, at) => write(units[at], value)).join(" → ")).join(""),
  point: (option) => (point) => {
    const { dimensions, units } = option.series[point.seriesIndex];
    return [safe(point.name), ...dimensions.map((label, at) => `${label}  ${write(units[at], (point.data.told ?? point.value)[at])}`)].join("\n");
  },
  flow: () => (point) => (point.dataType === "edge" ? `${point.data.text}  ${write("@count", point.data.count)}` : point.data.text),
  spokes: (option, { units }) => (point) =>
    [safe(point.name), ...option.radar.indicator.map(({ name }, at) => `${safe(name)}  ${write(units[0], point.value[at])}`)].join("\n"),
};
const real = (option, token) => {
  const visit = (node, key, owner) => {
    if (Array.isArray(node)) return node.map((part) => visit(part, key, owner));
    if (node && typeof node === "object") return Object.fromEntries(Object.entries(node).map(([name, part]) => [name, visit(part, name, node)]));
    if (typeof node !== "string") return node;
    if (key === "formatter" && node.startsWith("@")) return FORMATTERS[node.slice(1)]?.(option, owner) ?? tick(node);
    if (/color$/i.test(key) && node.startsWith("var(--")) return token(node.slice(6, -1));
    return node;
  };
  return visit(option, "", option);
};

// --- The look, from the tokens in force
const look = (token, font) => {
  const text = { color: token("text3"), fontSize: 12, lineHeight: 16, fontFamily: font };
  const axis = {
    axisLine: { lineStyle: { color: token("axis") } },
    axisTick: { show: false },
    axisLabel: text,
    nameTextStyle: text,
    splitLine: { lineStyle: { color: token("grid") } },
  };
  return {
    textStyle: text,
    markLine: { label: { textBorderWidth: 0 } },
    backgroundColor: "transparent",
    legend: { textStyle: { ...text, color: token("text2") }, inactiveColor: token("line2"), itemWidth: 16, itemHeight: 8, icon: "roundRect" },
    categoryAxis: { ...axis, splitLine: { show: false } },
    valueAxis: { ...axis, axisLine: { show: false } },
    radar: {
      axisName: { ...text, color: token("text"), fontWeight: 500 },
      axisLine: axis.splitLine,
      splitLine: axis.splitLine,
      splitArea: { show: false },
    },
    sankey: { label: { ...text, color: token("text"), fontWeight: 500 } },
    tooltip: {
      renderMode: "richText",
      confine: true,
      backgroundColor: token("ink"),
      borderWidth: 0,
      padding: [6, 10],
      textStyle: { color: token("surface"), fontSize: 12, lineHeight: 18, fontFamily: font },
      axisPointer: { lineStyle: { color: token("axis") }, shadowStyle: { color: token("grid"), opacity: 0.5 } },
    },
  };
};

const still = matchMedia("(prefers-reduced-motion: reduce)");
class ChartView extends HTMLElement {
  static observedAttributes = ["data-option"];

  connectedCallback() {
    inView.observe(this);
  }

  disconnectedCallback() {
    inView.unobserve(this);
    this.clear();
  }

  attributeChangedCallback() {
    if (this.chart) this.draw();
  }

  clear() {
    sizes.unobserve(this);
    drawn.delete(this);
    this.chart?.dispose();
    this.chart = undefined;
  }

  // The drawing stands in a shadow root, where a morph of the page does not touch it.
  draw() {
    const first = !this.chart;
    if (!first) this.clear();
    const style = getComputedStyle(this);
    const token = (name) => style.getPropertyValue(`--${name}`).trim();
    const option = JSON.parse(this.dataset.option);
    this.paper ??= this.attachShadow({ mode: "open" }).appendChild(document.createElement("div"));
    this.paper.style.height = "100%";
    this.chart = engine.init(this.paper, look(token, style.fontFamily), { renderer: "svg", locale: chinese ? "ZH" : "EN" });
    this.chart.setOption({
      animation: first && !still.matches,
      animationDuration: 300,
      aria: { enabled: true, label: { description: this.getAttribute("aria-label") } },
      ...real(option, token),
    });
    this.chart.on("click", ({ data }) => data?.link && location.assign(data.link));
    drawn.add(this);
    sizes.observe(this);
  }

  // A sharp PNG on the page's own ground.
  save() {
    const { offsetWidth: width, offsetHeight: height } = this;
    this.chart.dispatchAction({ type: "hideTip" });
    this.chart.dispatchAction({ type: "updateAxisPointer", currTrigger: "leave" });
    const picture = new Image();
    picture.onload = () => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [width * 2, height * 2];
      const pen = canvas.getContext("2d");
      pen.fillStyle = getComputedStyle(this).getPropertyValue("--surface");
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      const link = document.createElement("a");
      link.download = `${this.dataset.name}.png`;
      link.href = canvas.toDataURL("image/png");
      link.click();
    };
    picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(this.paper.querySelector("svg")))}`;
  }
}

const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => target.chart?.resize()));
const inView = new IntersectionObserver(
  (entries) =>
    entries.forEach(({ isIntersecting, target }) => {
      if (!isIntersecting) return;
      inView.unobserve(target);
      target.draw();
    }),
  { rootMargin: "200px" },
);
const redraw = () => [...drawn].forEach((view) => view.draw());
new MutationObserver(redraw).observe(root, { attributes: true, attributeFilter: ["data-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);

// On paper every chart is drawn, and as wide as its place there.
addEventListener("beforeprint", () =>
  document.querySelectorAll("chart-view").forEach((view) => {
    if (!view.chart) view.draw();
    const svg = view.paper.querySelector("svg");
    svg.setAttribute("viewBox", `0 0 ${view.chart.getWidth()} ${view.chart.getHeight()}`);
    svg.setAttribute("width", "100%");
  }),
);
addEventListener("afterprint", () => drawn.forEach((view) => view.chart.resize()));

addEventListener("click", (event) => {
  const button = event.target.closest("[data-chart-save]");
  if (button) button.closest("figure").querySelector("chart-view").save();
});

export const start = async (address) => {
  engine = await import(address);
  customElements.define("chart-view", ChartView);
};
