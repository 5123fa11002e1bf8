// Colours, and the charts in time.

const PLOT_CONFIG = { displayModeBar: false, responsive: false, displaylogo: false, scrollZoom: false };

const LIGHT = {
  ink: "#1d2126", soft: "#5a626d", line: "#e4e5e1", panel: "#ffffff", frameInk: "#1d2126",
  match: "#f2b84b", dimmed: "#eceded", neutral: "#e6e6e2",
  frames: ["#d9dde3", "#aac3e8", "#bcdcc9", "#f3dcae", "#d5c4ec", "#f0bf9f", "#a9d6d9", "#e6bdd3", "#d3dfa6", "#e4e4df"],
  series: ["#3d6fb6", "#e0922f", "#2f8f78", "#b0578d", "#8168b8", "#c4504a", "#5aa5d0", "#86862f", "#9aa0a8"],
  read: "#8fb3e0", written: "#f0b44c", fresh: "#b8433f",
};
const DARK = {
  ink: "#e8eaed", soft: "#a3abb5", line: "#2c3138", panel: "#191c21", frameInk: "#f1f3f5",
  match: "#9a6a12", dimmed: "#24282e", neutral: "#353a41",
  frames: ["#3a414b", "#2f4f86", "#2b6049", "#72571d", "#553f83", "#7d4a2c", "#1f6166", "#74405b", "#566325", "#31353b"],
  series: ["#7fa8e6", "#eaa54a", "#56b89f", "#d583b3", "#a893de", "#e57f78", "#7cc3ea", "#b8b85a", "#80878f"],
  read: "#4b77b5", written: "#c98f2b", fresh: "#e0716b",
};
// Which colour of `frames` a kind has; others take the next ones in turn.
const KINDS = {
  root: 0, session: 1, turn: 2, step: 3, agent: 4, call: 5, more: 9,
  overhead: 0, system: 4, tools: 6, user: 1, assistant: 2, reasoning: 8, tool_call: 3, tool_result: 5, attachment: 7, summary: 6,
};

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function themeColours() {
  return { ...(isDark() ? DARK : LIGHT), font: getComputedStyle(document.body).fontFamily };
}

function kindColour(kind) {
  const frames = (isDark() ? DARK : LIGHT).frames;
  if (!(kind in KINDS)) KINDS[kind] = 1 + (Object.keys(KINDS).length % 8);
  return frames[KINDS[kind]];
}

function mixed(from, to, part) {
  const channel = (text, at) => parseInt(text.slice(at, at + 2), 16);
  const mix = [1, 3, 5].map((at) => Math.round(channel(from, at) + (channel(to, at) - channel(from, at)) * part));
  return "#" + mix.map((value) => value.toString(16).padStart(2, "0")).join("");
}

// Blue is less than before, orange is more; how strong: by the share of the larger amount.
function changeColour(cost, old) {
  const colours = isDark() ? DARK : LIGHT;
  const before = old || 0, larger = Math.max(cost, before);
  if (!larger || cost === before) return colours.neutral;
  const part = 0.2 + 0.8 * Math.min(1, Math.abs(cost - before) / larger);
  const end = cost > before ? (isDark() ? "#a3590f" : "#f0973c") : (isDark() ? "#2c62ad" : "#7fb0ea");
  return mixed(colours.neutral, end, part);
}

function hoverLabel() {
  const theme = themeColours();
  return { bgcolor: theme.panel, bordercolor: theme.soft, align: "left", font: { color: theme.ink, size: 12, family: theme.font } };
}

function chartLayout(more) {
  const theme = themeColours();
  const axis = { gridcolor: theme.line, linecolor: theme.line, zeroline: false, tickfont: { color: theme.soft }, automargin: true, fixedrange: true };
  return {
    margin: { l: 8, r: 8, t: 8, b: 8 }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    font: { color: theme.ink, size: 12, family: theme.font }, hoverlabel: hoverLabel(), hovermode: "closest",
    bargap: 0.15, ...more,
    legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", font: { color: theme.ink }, ...more.legend }, xaxis: { ...axis, showgrid: false, ...more.xaxis }, yaxis: { ...axis, ...more.yaxis },
  };
}

function stacked(name, colour, x, y, texts) {
  return {
    type: "bar", name: inert(cut(name, NAME_WIDTH)), x, y, marker: { color: colour, line: { width: 0 } },
    hovertext: texts, hoverinfo: "text", textposition: "none",
  };
}

const PARTS = [["cache_read", "read from a cache", "read"], ["cache_written", "written to a cache", "written"], ["uncached", "not cached", "fresh"]];

// An area in steps: one path, where bars are one each, and two thousand of them take two seconds.
function steps(name, colour, x, y, texts) {
  return {
    type: "scatter", mode: "lines", name, x, y, stackgroup: "context", fillcolor: colour, line: { shape: "hvh", width: 0, color: colour },
    ...(texts ? { hovertext: texts, hoverinfo: "text" } : { hoverinfo: "skip" }),
  };
}

// The points of the steps: those of the calls, and the outer ends of the first and the last.
function ends(values, before, after) {
  return [before, ...values, after];
}

// The context of every call in order, and what broke it.
function timeline(plot) {
  const theme = themeColours();
  const first = MOMENTS[0], last = MOMENTS[MOMENTS.length - 1];
  const x = ends(MOMENTS.map((one) => one.number), first.number - first.calls / 2, last.number + last.calls / 2);
  const says = (one) => [
    "call " + count(one.number) + (one.calls > 1 ? " to " + count(one.number + one.calls - 1) : ""), one.at, one.session, one.place, one.model,
    count(one.uncached + one.cache_read + one.cache_written) + " tokens of context", money(amount(one.cost)), one.mark + (one.cause ? ": " + one.cause : ""),
  ].filter(Boolean).map(inert).join("<br>");
  const texts = ends(MOMENTS.map(says), says(first), says(last));
  // The area on top names the calls: all of them are above each other.
  const traces = PARTS.map(([key, name, colour], at) =>
    steps(name, theme[colour], x, ends(MOMENTS.map((one) => one[key]), first[key], last[key]), at === PARTS.length - 1 ? texts : null));
  const marks = [["compaction", "compaction", "triangle-down", theme.ink], ["miss", "cache miss", "x", theme.fresh]];
  for (const [mark, name, symbol, colour] of marks) {
    const marked = MOMENTS.filter((one) => one.mark === mark);
    if (!marked.length) continue;
    traces.push({
      type: "scatter", mode: "markers", name, x: marked.map((one) => one.number),
      y: marked.map((one) => one.uncached + one.cache_read + one.cache_written), cliponaxis: false,
      marker: { symbol, size: 9, color: colour, line: { width: 1, color: theme.panel } }, hoverinfo: "skip",
    });
  }
  return Plotly.react(plot, traces, chartLayout({
    hovermode: "x", legend: { traceorder: "normal" }, height: 300, width: widthOf(plot),
    xaxis: { range: [x[0], x[x.length - 1]], title: { text: "calls in the order of their times", font: { color: theme.soft, size: 12 } } },
    yaxis: { tickformat: "~s", rangemode: "tozero" },
  }), PLOT_CONFIG);
}

const MOST_MODELS = 8;

// Few bars are as narrow as if there were some more.
function gapOf(number) {
  return number < 6 ? 1 - 0.14 * number : 0.15;
}

function spans() {
  return [...new Set(SPENDS.map((one) => one.span))].sort();
}

function spend(plot) {
  const theme = themeColours();
  const sums = new Map();
  for (const one of SPENDS) sums.set(one.model, (sums.get(one.model) || 0) + (amount(one.cost) || 0));
  const models = [...sums.keys()].sort((a, b) => sums.get(b) - sums.get(a));
  const names = models.slice(0, MOST_MODELS);
  if (models.length > MOST_MODELS) names.push(null);
  const x = spans();
  const traces = names.map((model, at) => {
    const rows = SPENDS.filter((one) => (model === null ? !names.includes(one.model) : one.model === model));
    const y = x.map((span) => rows.filter((one) => one.span === span).reduce((sum, one) => sum + (amount(one.cost) || 0), 0));
    const name = model === null ? models.length - MOST_MODELS + " more" : model;
    return stacked(name, theme.series[at], x, y, x.map((span, i) => inert(span + "\n" + cut(name, NAME_WIDTH) + "\n" + money(y[i])).replace(/\n/g, "<br>")));
  });
  return Plotly.react(plot, traces, chartLayout({
    barmode: "stack", bargap: gapOf(x.length), height: 280, width: widthOf(plot), xaxis: { type: "category", nticks: 12 }, yaxis: { tickprefix: "$" },
    showlegend: true,
  }), PLOT_CONFIG);
}

function cacheRows() {
  return spans().map((span) => {
    const rows = SPENDS.filter((one) => one.span === span);
    const sum = (key) => rows.reduce((total, one) => total + one[key], 0);
    return { span, uncached: sum("uncached"), cache_read: sum("cache_read"), cache_written: sum("cache_written"), output: sum("output") };
  });
}

function cache(plot) {
  const theme = themeColours();
  const rows = cacheRows();
  const traces = PARTS.map(([key, name, colour]) => stacked(name, theme[colour], rows.map((row) => row.span), rows.map((row) => row[key]),
    rows.map((row) => inert(row.span + "\n" + count(row[key]) + " tokens " + name).replace(/\n/g, "<br>"))));
  return Plotly.react(plot, traces, chartLayout({
    barmode: "stack", bargap: gapOf(rows.length), height: 260, width: widthOf(plot), xaxis: { type: "category", nticks: 12 }, yaxis: { tickformat: "~s" },
  }), PLOT_CONFIG);
}
