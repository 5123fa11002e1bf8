// The icicle: width is dollars, the root on top. Frames too narrow to see stand together, named.
// Its frames are plain boxes, so that it answers at once and runs no library.

const SMALLEST = 3; // pixels: what is narrower is drawn as one frame with its siblings
const LEVELS = 7;
const LEVEL_HEIGHT = 36;

class Icicle {
  constructor(place) {
    this.place = place;
    this.plot = byId("icicle-plot");
    this.ring = byId("icicle-ring");
    this.detail = byId("icicle-detail");
    this.path = byId("icicle-path");
    this.status = byId("icicle-status");
    this.tip = byId("icicle-tip");
    this.upward = false;
    this.levels = 1;
    this.text = "";
    this.tree = null;
    this.zoomed = null;
    this.current = null;
    this.drawn = new Map();
    place.addEventListener("keydown", (event) => this.key(event));
    place.addEventListener("focus", () => this.mark(this.current));
    place.addEventListener("blur", () => { this.ring.hidden = true; });
    this.plot.addEventListener("click", (event) => this.over(event, (frame) => this.click(frame)));
    this.plot.addEventListener("pointermove", (event) => this.over(event, (frame) => this.hover(frame, event)));
    this.plot.addEventListener("pointerleave", () => { this.tip.hidden = true; this.describe(this.current); });
  }

  show(tree) {
    this.tree = tree;
    this.zoom(tree.root);
  }

  // Draws a frame at full width, with what is below it.
  zoom(frame, selected) {
    this.zoomed = frame;
    this.current = selected || frame;
    this.breadcrumbs();
    this.draw();
  }

  // Returns the children as they are drawn: the narrow ones as one.
  children(frame, least) {
    const wide = frame.children.filter((child) => child.width >= least);
    const narrow = frame.children.filter((child) => child.width < least);
    if (narrow.length === 1) return frame.children;
    if (!narrow.length) return wide;
    const sums = { cost: 0, calls: 0, unpriced: 0, input: 0, output: 0, width: 0, number: 0, old: this.tree.compared ? 0 : undefined };
    for (const child of narrow) {
      for (const name of ["cost", "calls", "unpriced", "input", "output", "width"]) sums[name] += child[name];
      sums.number += child.folded || 1;
      if (this.tree.compared) sums.old += child.old || 0;
    }
    const more = {
      ...sums, number: "more" + frame.number, name: count(sums.number) + " more", kind: "more",
      exact: null, folded: sums.number, parent: frame, children: narrow, depth: frame.depth + 1,
    };
    return [...wide, more];
  }

  layout() {
    const least = this.zoomed.width * (SMALLEST / Math.max(widthOf(this.plot), 300));
    this.drawn = new Map();
    let deepest = 0;
    const visit = (frame, above, level) => {
      const node = { frame, above, level, below: [] };
      this.drawn.set(frame.number, node);
      if (above) above.below.push(node);
      if (frame.width >= least) deepest = Math.max(deepest, level);
      if (level + 1 < LEVELS && frame.width > 0 && (level === 0 || (frame.kind !== "more" && frame.width >= least))) {
        for (const child of this.children(frame, least)) {
          if (child.width >= least / 4) visit(child, node, level + 1);
        }
      }
    };
    visit(this.zoomed, null, 0);
    return deepest + 1;
  }

  colour(frame) {
    if (!this.text) return this.tree.compared ? changeColour(frame.cost, frame.old) : kindColour(frame.kind);
    return this.matches(frame) ? themeColours().match : themeColours().dimmed;
  }

  matches(frame) {
    if (frame.name.toLowerCase().includes(this.text)) return true;
    return frame.kind === "more" && frame.children.some((child) => this.matches(child));
  }

  search(text) {
    this.text = text.trim().toLowerCase();
    if (!this.text) { this.status.textContent = ""; this.draw(); return; }
    // A frame below one that matches is part of its sum already.
    let number = 0, sum = 0;
    const visit = (frame) => {
      if (frame.name.toLowerCase().includes(this.text)) { number += 1; sum += frame.width; return; }
      frame.children.forEach(visit);
    };
    visit(this.tree.root);
    const what = this.tree.byTokens ? brief(sum) + " tokens" : money(sum);
    this.status.textContent = number ? plural(number, "match").replace("matchs", "matches") + ", " + what + " together" : "no match";
    this.draw();
  }

  // Zooms to the widest frame that matches.
  searched() {
    if (!this.text) return;
    const best = this.tree.frames.filter((frame) => frame.name.toLowerCase().includes(this.text))
      .sort((a, b) => b.width - a.width)[0];
    if (best) this.reveal(best);
  }

  // Zooms to a frame; to what is around it, where it has nothing below and is wide enough there.
  reveal(frame) {
    const above = frame.parent;
    const fits = above && frame.width >= above.width * (4 * SMALLEST / Math.max(this.plot.clientWidth, 300));
    this.zoom(!frame.children.length && fits ? above : frame, frame);
    this.announce(frame);
  }

  draw() {
    this.levels = this.layout();
    if (!this.drawn.has(this.current.number)) this.current = this.zoomed;
    byId("icicle-note").textContent = noteOf(this.tree, this.drawn);
    this.plot.style.height = this.levels * LEVEL_HEIGHT + "px";
    this.tip.hidden = true;
    this.plot.replaceChildren(...this.boxes(widthOf(this.plot)));
    this.mark(this.current);
  }

  // Returns the boxes of the frames, `width` pixels wide together; they keep their shares of any other width.
  boxes(width) {
    const total = this.zoomed.width || 1;
    const ends = new Map();
    return [...this.drawn.values()].map((node) => {
      const left = node.above ? ends.get(node.above) : 0;
      if (node.above) ends.set(node.above, left + node.frame.width);
      ends.set(node, left);
      const part = node.frame.width / total;
      const level = this.upward ? this.levels - 1 - node.level : node.level;
      const box = element("div", { class: "box", "data-frame": "f" + node.frame.number });
      Object.assign(box.style, {
        left: (100 * left) / total + "%", width: 100 * part + "%",
        top: level * LEVEL_HEIGHT + "px", height: LEVEL_HEIGHT + "px", background: this.colour(node.frame),
      });
      box.textContent = labelOf(this.tree, node.frame, part * width);
      return box;
    });
  }

  shapeOf(frame) {
    return this.plot.querySelector('[data-frame="f' + frame.number + '"]');
  }

  // Acts on the frame under the pointer.
  over(event, act) {
    const box = event.target.closest(".box");
    const text = box && box.dataset.frame.slice(1);
    const node = box && this.drawn.get(text.startsWith("more") ? text : Number(text));
    if (node) act(node.frame);
  }

  // Names a frame beside the pointer, and says what it is below the chart.
  hover(frame, event) {
    const around = this.place.getBoundingClientRect();
    const [name, ...facts] = hoverOf(this.tree, frame);
    this.tip.replaceChildren(element("strong", {}, name), ...facts.map((fact) => element("span", {}, fact)));
    this.tip.hidden = false;
    const most = around.width - this.tip.offsetWidth;
    this.tip.style.left = Math.max(0, Math.min(event.clientX - around.left + 12, most)) + "px";
    this.tip.style.top = event.clientY - around.top + 18 + "px";
    this.describe(frame);
  }

  click(frame) {
    if (frame === this.zoomed) { if (frame.parent) this.zoom(frame.parent, frame); }
    else if (frame.children.length) this.zoom(frame);
    else this.mark(frame);
    this.announce(this.current);
  }

  key(event) {
    const node = this.drawn.get(this.current.number);
    if (!node || event.ctrlKey || event.metaKey || event.altKey) return;
    const siblings = node.above ? node.above.below : [node];
    const at = siblings.indexOf(node);
    const [deeper, outer] = this.upward ? ["ArrowUp", "ArrowDown"] : ["ArrowDown", "ArrowUp"];
    let next = null;
    if (event.key === deeper) next = node.below[0];
    else if (event.key === outer) next = node.above;
    else if (event.key === "ArrowRight") next = siblings[at + 1];
    else if (event.key === "ArrowLeft") next = siblings[at - 1];
    else if (event.key === "Home") next = this.drawn.get(this.zoomed.number);
    else if (event.key === "Enter" || event.key === " ") {
      if (node.frame.children.length && node.frame !== this.zoomed) this.zoom(node.frame);
      this.announce(this.current);
    } else if (event.key === "Escape" || event.key === "Backspace") {
      if (this.zoomed.parent) this.zoom(this.zoomed.parent, this.zoomed);
      this.announce(this.current);
    } else return;
    event.preventDefault();
    if (next) { this.mark(next.frame); this.announce(next.frame); }
  }

  // Draws a ring around a frame, and says what it is below the chart.
  mark(frame) {
    this.current = frame;
    this.describe(frame);
    const shape = this.shapeOf(frame);
    if (!shape) { this.ring.hidden = true; return; }
    const box = shape.getBoundingClientRect(), around = this.plot.getBoundingClientRect();
    this.ring.hidden = document.activeElement !== this.place;
    this.ring.style.left = box.left - around.left + "px";
    this.ring.style.top = box.top - around.top + "px";
    this.ring.style.width = box.width + "px";
    this.ring.style.height = box.height + "px";
  }

  describe(frame) {
    this.detail.replaceChildren(
      element("strong", {}, cut(frame.name, 60)), " ",
      element("span", { class: "kind" }, frame.kind.replace(/_/g, " ")),
      element("dl", {}, ...factsOf(this.tree, frame).map(([label, value]) => element("div", {}, element("dt", {}, label), element("dd", {}, value)))));
  }

  announce(frame) {
    byId("icicle-live").textContent = announcement(this.tree, frame);
  }

  breadcrumbs() {
    const path = pathOf(this.zoomed);
    this.path.replaceChildren(...path.map((frame, at) => {
      const button = element("button", { type: "button", class: "link", "aria-current": at === path.length - 1 ? "true" : null }, cut(frame.name, NAME_WIDTH));
      button.addEventListener("click", () => this.zoom(frame));
      return element("li", {}, button);
    }));
  }
}
