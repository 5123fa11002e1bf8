// The chart library: it lies in the page as text, and runs when a chart first comes into view.
// Running it holds the page for a second, which a reader who looks at no chart never pays.

const CHARTS = new Map([["timeline", timeline], ["spend", spend], ["cache", cache]]);
const WANTED = new Set(); // charts that were in view: drawn, or about to be
const PRINT_WIDTH = 640; // pixels that fit on A4 and on Letter

let printing = false;

function widthOf(plot) {
  return printing ? Math.min(plot.clientWidth, PRINT_WIDTH) : plot.clientWidth;
}

function nextTask() {
  return new Promise((resolve) => setTimeout(resolve));
}

function idle() {
  return new Promise((resolve) => {
    if (window.requestIdleCallback) requestIdleCallback(resolve, { timeout: 1000 });
    else setTimeout(resolve, 50);
  });
}

function plots() {
  return [...CHARTS.keys()].map((name) => byId(name + "-plot")).filter(Boolean);
}

function nameOf(plot) {
  return plot.id.replace("-plot", "");
}

// Runs the library, once: its hash is in the policy of the page. Returns whether it is there.
function runLibrary() {
  const text = byId("chart-library");
  if (text) {
    const script = element("script", {});
    script.textContent = text.textContent;
    text.remove();
    document.head.append(script);
    document.documentElement.dataset.ready = window.Plotly ? "charts" : "tables";
    if (!window.Plotly) noCharts();
  }
  return Boolean(window.Plotly);
}

function noCharts() {
  for (const plot of plots()) {
    plot.classList.remove("waiting", "tall");
    plot.textContent = "This browser cannot draw the chart; the table below has the same numbers.";
  }
}

function drawChart(plot) {
  plot.classList.remove("waiting");
  CHARTS.get(nameOf(plot))(plot);
}

// Draws charts, each in a task of its own.
async function drawCharts(wanted) {
  await idle();
  if (!runLibrary()) return;
  for (const plot of wanted) {
    await nextTask();
    drawChart(plot);
  }
}

function redrawCharts() {
  if (WANTED.size) drawCharts([...WANTED]);
}

// Draws every chart before it returns, as a printer takes what is there then.
function drawAllCharts() {
  if (!plots().length || !runLibrary()) return;
  for (const plot of plots()) {
    WANTED.add(plot);
    drawChart(plot);
  }
}

function startCharts() {
  const observer = new IntersectionObserver((entries) => {
    const seen = entries.filter((entry) => entry.isIntersecting && !WANTED.has(entry.target)).map((entry) => entry.target);
    for (const plot of seen) {
      observer.unobserve(plot);
      WANTED.add(plot);
    }
    if (seen.length) drawCharts(seen);
  });
  plots().forEach((plot) => observer.observe(plot));
}
