// The data of the page: trees of frames, calls in time, spend by model, tables.

const DATA = JSON.parse(byId("data").textContent);

function amount(text) {
  return text === null || text === undefined ? null : Number(text);
}

// Returns the root of a tree; every frame has its children, parent, number and amounts.
function treeOf(tree) {
  const columns = tree.frames;
  const frames = columns.name.map((name, number) => ({
    number, name, kind: columns.kind[number],
    exact: columns.cost[number], cost: Number(columns.cost[number]),
    calls: columns.calls[number], unpriced: columns.unpriced[number],
    input: columns.input[number], output: columns.output[number],
    folded: tree.folded[number] || 0,
    old: tree.compared ? amount(columns.old[number]) : undefined,
    parent: null, children: [], depth: 0,
  }));
  frames.forEach((frame, number) => {
    const above = columns.parent[number];
    if (above < 0) return;
    frame.parent = frames[above];
    frame.depth = frames[above].depth + 1;
    frames[above].children.push(frame);
  });
  const known = frames[0].cost > 0;
  frames.forEach((frame) => { frame.width = known ? frame.cost : frame.input + frame.output; });
  return { ...tree, frames: frames, root: frames[0], byTokens: !known, carried: tree.key === "content" };
}

const TREES = (DATA.trees || []).map(treeOf);

// Turns columns into rows.
function rowsOf(columns) {
  const names = Object.keys(columns || {});
  const length = names.length ? columns[names[0]].length : 0;
  return Array.from({ length }, (_, at) => Object.fromEntries(names.map((name) => [name, columns[name][at]])));
}

const MOMENTS = rowsOf(DATA.moments);
const SPENDS = rowsOf(DATA.spends);

function pathOf(frame) {
  const path = [];
  for (let at = frame; at; at = at.parent) path.unshift(at);
  return path;
}
