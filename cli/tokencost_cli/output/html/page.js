// What the page does once it is there: everything but the charts in time, which come when they are looked at.

let icicle = null;

function redraw() {
  if (icicle) icicle.draw();
  redrawCharts();
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

function startPrint() {
  addEventListener("beforeprint", () => {
    printing = true;
    if (icicle) icicle.draw();
    drawAllCharts();
  });
  addEventListener("afterprint", () => { printing = false; redraw(); });
}

function start() {
  theme();
  reportTables();
  if (TREES.length) startIcicle();
  startFindings();
  startTwins();
  startPrint();
  let width = innerWidth;
  addEventListener("resize", () => { if (innerWidth !== width) { width = innerWidth; requestAnimationFrame(redraw); } });
  document.documentElement.dataset.ready = "page";
  // The library stands below this script.
  addEventListener("DOMContentLoaded", startCharts);
}

start();
