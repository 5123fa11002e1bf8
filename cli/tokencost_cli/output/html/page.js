// What the page does once it is there: tables at once, charts when their library is ready.

const CHARTS = [["timeline", timeline], ["spend", spend], ["cache", cache]];
const VISIBLE = new Set();
let icicle = null;

// Unpacks the chart library that the page carries, and runs it: its hash is in the page's policy.
async function loadLibrary() {
  const packed = byId("chart-library");
  if (!packed || !window.DecompressionStream) return false;
  const bytes = bytesOf(packed.textContent.trim());
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = document.createElement("script");
  script.textContent = await new Response(stream).text();
  packed.remove();
  document.head.append(script);
  return Boolean(window.Plotly);
}

function bytesOf(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at += 1) bytes[at] = letters.charCodeAt(at);
  return bytes;
}

function drawChart(name) {
  const draw = CHARTS.find(([known]) => known === name)[1];
  const plot = byId(name + "-plot");
  plot.classList.remove("waiting");
  return draw(plot);
}

function watchCharts() {
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      observer.unobserve(entry.target);
      const name = entry.target.id.replace("-plot", "");
      VISIBLE.add(name);
      drawChart(name);
    }
  }, { rootMargin: "300px" });
  for (const [name] of CHARTS) if (byId(name + "-plot")) observer.observe(byId(name + "-plot"));
}

function redraw() {
  if (!window.Plotly) return;
  if (icicle) icicle.draw();
  VISIBLE.forEach(drawChart);
}

function theme() {
  const button = byId("theme");
  const tell = () => button.setAttribute("aria-pressed", isDark() ? "true" : "false");
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("tokencost-theme", document.documentElement.dataset.theme); } catch (error) { /* not kept */ }
    tell();
    redraw();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { tell(); redraw(); });
  tell();
}

function showTree(key, frame) {
  const tree = TREES.find((one) => one.key === key) || TREES[0];
  for (const button of document.querySelectorAll("[data-tree]")) {
    button.setAttribute("aria-pressed", button.dataset.tree === tree.key ? "true" : "false");
  }
  byId("icicle-search").value = "";
  icicle.text = "";
  byId("icicle-status").textContent = "";
  const twinOf = byId("icicle-twin");
  twinOf.open = false;
  delete twinOf.dataset.made;
  twinOf.querySelectorAll(".datatable").forEach((one) => one.remove());
  icicle.tree = tree;
  if (frame) icicle.reveal(frame);
  else icicle.zoom(tree.root);
}

function startIcicle() {
  icicle = new Icicle(byId("icicle"));
  for (const button of document.querySelectorAll("[data-tree]")) {
    button.addEventListener("click", () => showTree(button.dataset.tree));
  }
  byId("icicle-flip").addEventListener("click", (event) => {
    icicle.upward = !icicle.upward;
    event.currentTarget.setAttribute("aria-pressed", icicle.upward ? "true" : "false");
    icicle.draw();
  });
  const search = byId("icicle-search");
  search.addEventListener("input", () => icicle.search(search.value));
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") icicle.searched(); });
  const compared = TREES.some((tree) => tree.compared);
  const columns = columnsOf(["name", "text"], ["kind", "text"], ["cost", "money"],
    ...(compared ? [["before", "money"], ["change", "change"]] : []),
    ["share", "share"], ["calls", "count"], ["input", "count"], ["output", "count"]);
  twin(byId("icicle-twin"), columns, () => icicle.tree.frames.map((frame) => ({
    cells: [cut(frame.name, 48), frame.kind.replace(/_/g, " "), costOf(frame),
      ...(compared ? (frame.old === undefined ? [null, null] : [frame.old || 0, frame.cost - (frame.old || 0)]) : []),
      frame.width / (icicle.tree.root.width || 1), callsOf(icicle.tree, frame), frame.input, frame.output],
    act: () => { icicle.reveal(frame); byId("icicle").focus(); },
  })), "frames");
  showTree(TREES[0].key);
}

function startFindings() {
  for (const button of document.querySelectorAll("[data-finding]")) {
    const finding = DATA.findings.find((one) => one.name === button.dataset.finding);
    const hit = finding && finding.hits[Number(button.dataset.hit || 0)];
    const tree = hit && TREES.find((one) => one.key === hit[6]);
    if (!tree) { button.hidden = true; continue; }
    button.addEventListener("click", () => {
      showTree(tree.key, tree.frames[hit[7]]);
      byId("where").scrollIntoView({ behavior: "smooth", block: "start" });
      byId("icicle").focus({ preventScroll: true });
    });
  }
}

function startTwins() {
  if (byId("timeline-twin")) {
    twin(byId("timeline-twin"), columnsOf(["call", "count"], ["time", "text"], ["session", "text"], ["place", "text"], ["model", "text"],
      ["not cached", "count"], ["read", "count"], ["written", "count"], ["output", "count"], ["cost", "money"], ["what happened", "text"]),
    () => MOMENTS.map((one) => ({ cells: [one.number, one.at, one.session, one.place, one.model, one.uncached, one.cache_read,
      one.cache_written, one.output, amount(one.cost), one.mark + (one.cause ? ": " + one.cause : "")] })), "calls");
  }
  if (byId("spend-twin")) {
    twin(byId("spend-twin"), columnsOf([DATA.span, "text"], ["model", "text"], ["calls", "count"], ["cost", "money"]),
      () => SPENDS.map((one) => ({ cells: [one.span, one.model, one.calls, amount(one.cost)] })), "spend");
  }
  if (byId("cache-twin")) {
    twin(byId("cache-twin"), columnsOf([DATA.span, "text"], ["not cached", "count"], ["read", "count"], ["written", "count"], ["read of all", "share"]),
      () => cacheRows().map((row) => ({ cells: [row.span, row.uncached, row.cache_read, row.cache_written,
        row.cache_read / (row.uncached + row.cache_read + row.cache_written || 1)] })), "cache");
  }
}

function start() {
  theme();
  reportTables();
  if (TREES.length) startIcicle();
  startFindings();
  startTwins();
  let width = innerWidth;
  addEventListener("resize", () => { if (innerWidth !== width) { width = innerWidth; requestAnimationFrame(redraw); } });
  addEventListener("beforeprint", redraw);
  // The first screen is drawn before the library runs.
  requestAnimationFrame(() => setTimeout(async () => {
    if (await loadLibrary()) {
      if (icicle) await icicle.draw();
      watchCharts();
    } else {
      document.querySelectorAll(".plot.waiting").forEach((plot) => {
        plot.classList.remove("waiting", "tall");
        plot.textContent = "This browser cannot draw the chart; the table below has the same numbers.";
      });
    }
    document.documentElement.dataset.ready = window.Plotly ? "charts" : "boxes";
  }));
}

start();
