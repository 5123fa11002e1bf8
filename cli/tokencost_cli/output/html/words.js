// What is written in frames of the icicle, over them, and below it.

const NAME_WIDTH = 32; // characters

// Calls that carry a part; many parts are carried by the same calls, so that a sum means nothing.
function callsOf(tree, frame) {
  return tree.carried && (frame.children.length || frame.folded) ? null : frame.calls;
}

// A name of at most NAME_WIDTH characters, then the cost, as far as there is room.
function labelOf(tree, frame, width) {
  const room = Math.floor((width - 10) / 7.4); // of the widest of usual fonts
  if (room < 7) return "";
  const name = cut(frame.name, Math.min(room, NAME_WIDTH));
  const cost = "  " + amountOf(tree, frame);
  return name + (name.length + cost.length <= room ? cost : "");
}

// Calls without a price are in no cost: where all are, there is none, and it is never zero.
function costOf(frame) {
  return frame.cost === 0 && frame.unpriced ? null : frame.cost;
}

function ofAll(tree) {
  return tree.byTokens ? " of all tokens" : " of the bill";
}

function amountOf(tree, frame) {
  if (tree.byTokens) return brief(frame.width) + " tokens";
  const cost = costOf(frame);
  if (cost === null) return money(null);
  const delta = frame.old === undefined ? "" : " (" + change(frame.cost - (frame.old || 0)) + ")";
  return (frame.unpriced ? "≥" : "") + money(cost) + delta;
}

// What stands beside the pointer: the name, then facts.
function hoverOf(tree, frame) {
  const bill = tree.root.width;
  const facts = [cut(frame.name, 60), amountOf(tree, frame)];
  if (bill) facts.push(share(frame.width / bill) + ofAll(tree));
  if (callsOf(tree, frame) !== null) facts.push(plural(frame.calls, "call"));
  return facts;
}

function factsOf(tree, frame) {
  const bill = tree.root, above = frame.parent;
  const cost = costOf(frame);
  const exact = frame.exact !== null && cost !== null ? "$" + frame.exact : money(cost);
  const facts = [["cost", (frame.unpriced && cost !== null ? "≥" : "") + exact]];
  if (frame.old !== undefined) facts.push(["before", frame.old === null ? "not there" : money(frame.old)], ["change", change(frame.cost - (frame.old || 0))]);
  if (bill.width) facts.push([ofAll(tree).trim(), share(frame.width / bill.width)]);
  if (above && above.width) facts.push(["of " + cut(above.name, 24), share(frame.width / above.width)]);
  if (callsOf(tree, frame) !== null) facts.push([tree.carried ? "carried by calls" : "calls", count(frame.calls)]);
  facts.push(["input", brief(frame.input) + " tokens"], ["output", brief(frame.output) + " tokens"]);
  if (frame.unpriced) facts.push(["without a price", count(frame.unpriced)]);
  return facts;
}

// Says what the width is, how much was folded before the page was written, and what is too narrow now.
function noteOf(tree, drawn) {
  const notes = [tree.byTokens ? "width = tokens: no call has a price" : "width = dollars, not time"];
  const folded = Number(tree.folded_cost), gone = Number(tree.gone_cost || 0);
  if (folded) notes.push(money(folded) + " (" + share(folded / tree.root.cost) + ") is in frames that are folded as “n more”");
  if ([...drawn.values()].some((node) => typeof node.frame.number === "string")) {
    notes.push("frames too narrow to see are drawn as one until they are zoomed to");
  } else if (!folded) notes.push("every frame stands alone");
  if (gone) notes.push(money(gone) + " was in frames that are no more");
  return notes.join("; ");
}

function announcement(tree, frame) {
  return frame.name + ", " + frame.kind + ", " + amountOf(tree, frame) + ", " +
    share(frame.width / (tree.root.width || 1)) + ofAll(tree) +
    (callsOf(tree, frame) === null ? "" : ", " + plural(frame.calls, "call")) +
    (frame.children.length ? ", " + plural(frame.children.length, "part") + " below" : "");
}
