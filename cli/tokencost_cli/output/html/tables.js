// Tables that sort, filter and search. A cell is [text, sort key]; a row may have an action.

const PAGE_ROWS = 50;
const MOST_CHOICES = 40;

function compare(left, right) {
  const a = left[1], b = right[1];
  if (a === null || b === null) return (a === null) - (b === null);
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), "en", { numeric: true });
}

class DataTable {
  // `place`: the element that holds it. `rows`: arrays of cells, each with `act`, `mark`, `notes`.
  constructor(place, columns, rows, options) {
    this.place = place;
    this.columns = columns;
    this.rows = rows;
    this.options = options || {};
    this.sorted = null;
    this.down = false;
    this.text = "";
    this.chosen = new Map();
    this.most = PAGE_ROWS;
    this.build();
    this.draw();
  }

  build() {
    const label = this.options.label || "rows";
    this.table = this.place.querySelector("table") || this.emptyTable();
    this.body = this.table.tBodies[0];
    this.status = element("span", { class: "status", role: "status" });
    this.more = element("button", { type: "button", class: "more" });
    this.more.addEventListener("click", () => { this.most += 4 * PAGE_ROWS; this.draw(); });
    [...this.table.tHead.rows[0].cells].forEach((head, at) => {
      if (this.columns[at].kind === "bar") return;
      const button = element("button", { type: "button", class: "sort" }, head.textContent.trim());
      button.addEventListener("click", () => this.sort(at));
      head.replaceChildren(button);
    });
    if (this.rows.length > 5) {
      const search = element("input", { type: "search", placeholder: "search", "aria-label": "search " + label });
      search.addEventListener("input", () => { this.find(search.value); });
      this.place.prepend(element("div", { class: "tools" }, search, ...this.filters(label), this.status));
    }
    this.place.append(this.more);
  }

  emptyTable() {
    const heads = this.columns.map((column) =>
      element("th", { scope: "col", class: column.right ? "right" : null }, column.title));
    const table = element("table", {},
      element("thead", {}, element("tr", {}, ...heads)), element("tbody"));
    const label = this.options.label || "table";
    this.place.append(element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, table));
    return table;
  }

  // A choice for the first columns of text that have few values.
  filters(label) {
    const selects = [];
    this.columns.forEach((column, at) => {
      if (column.kind !== "text" || selects.length === 2) return;
      const values = [...new Set(this.rows.map((row) => row[at][0]))];
      if (values.length < 2 || values.length > MOST_CHOICES || values.length === this.rows.length) return;
      const name = column.title || "all";
      const select = element("select", { "aria-label": "filter " + label + " by " + name },
        element("option", { value: "" }, name + ": all"),
        ...values.sort().map((value) => element("option", { value: "=" + value }, cut(value, 40))));
      select.addEventListener("change", () => {
        if (select.value) this.chosen.set(at, select.value.slice(1));
        else this.chosen.delete(at);
        this.draw();
      });
      selects.push(select);
    });
    return selects;
  }

  sort(at) {
    const numeric = this.columns[at].right;
    this.down = this.sorted === at ? !this.down : numeric;
    this.sorted = at;
    [...this.table.tHead.rows[0].cells].forEach((head, number) => {
      if (number === at) head.setAttribute("aria-sort", this.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    this.draw();
  }

  find(text) {
    this.text = text.trim().toLowerCase();
    this.most = PAGE_ROWS;
    this.draw();
  }

  matching() {
    let rows = this.rows.filter((row) =>
      [...this.chosen].every(([at, value]) => row[at][0] === value) &&
      (!this.text || row.some((cell) => cell[0].toLowerCase().includes(this.text))));
    if (this.sorted !== null) {
      const at = this.sorted, sign = this.down ? -1 : 1;
      const none = (row) => row[at][1] === null;
      rows = rows.sort((a, b) => none(a) - none(b) || sign * compare(a[at], b[at]));
    }
    return rows;
  }

  draw() {
    const rows = this.matching();
    this.body.replaceChildren(...rows.slice(0, this.most).map((row) => this.line(row)));
    const left = rows.length - this.most;
    this.more.hidden = left <= 0;
    this.more.textContent = left > 0 ? "show more (" + count(left) + " left)" : "";
    const all = count(this.rows.length);
    this.status.textContent = rows.length === this.rows.length ? plural(rows.length, "row") : count(rows.length) + " of " + all + " rows";
  }

  line(row) {
    const cells = row.map((cell, at) => {
      const column = this.columns[at];
      const place = element(at === 0 ? "th" : "td", { class: column.right ? "right" : null, scope: at === 0 ? "row" : null });
      if (column.kind === "bar") {
        const bar = element("span", { class: "bar" });
        bar.style.width = 100 * (cell[1] || 0) + "%";
        place.append(bar);
      } else if (at === 0 && row.act) {
        const button = element("button", { type: "button", class: "link", title: cell[2] || null }, cell[0]);
        button.addEventListener("click", row.act);
        place.append(button);
      } else place.append(cell[0]);
      if (at === 0 && row.notes && row.notes.length) place.append(element("sup", {}, row.notes.join(",")));
      return place;
    });
    return element("tr", { class: row.mark || null }, ...cells);
  }
}

// The tables that the page was written with.
function reportTables() {
  for (const table of DATA.tables) {
    const place = byId(table.id);
    if (!place) continue;
    table.rows.forEach((row, at) => { row.mark = table.marks[at]; row.notes = table.notes[at]; });
    new DataTable(place, table.columns, table.rows, { label: table.title || "table" });
  }
}

// The twin of a chart: made when it is first opened.
function twin(details, columns, rows, label) {
  details.addEventListener("toggle", () => {
    if (!details.open || details.dataset.made) return;
    details.dataset.made = "yes";
    const place = element("div", { class: "datatable" });
    details.append(place);
    const cells = rows().map((row) => {
      const line = row.cells.map((value, at) => [FORMATS[columns[at].kind](value), value === undefined ? null : value]);
      line.act = row.act;
      return line;
    });
    details.table = new DataTable(place, columns, cells, { label });
  });
}

function columnsOf(...columns) {
  return columns.map(([title, kind]) => ({ title, kind, right: kind !== "text" }));
}
