// Numbers and names for people. Display rounds, and never lies: a real cost is never $0.00.

// Kept, as a formatter takes longer to make than to use.
const COUNTS = new Intl.NumberFormat("en-US");
const CENTS = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

function money(amount) {
  if (amount === null || amount === undefined) return "no price";
  if (amount === 0) return "$0";
  const sign = amount < 0 ? "-" : "";
  const size = Math.abs(amount);
  if (size < 0.0001) return sign ? ">-$0.0001" : "<$0.0001";
  if (size >= 1) return sign + "$" + CENTS.format(size);
  const places = Math.min(2 - Math.floor(Math.log10(size)), 6);
  const text = size.toFixed(places).replace(/0+$/, "");
  return sign + "$" + text.padEnd(text.indexOf(".") + 3, "0");
}

function change(amount) {
  return (amount > 0 ? "+" : "") + money(amount);
}

function count(number) {
  return number === null || number === undefined ? "-" : COUNTS.format(number);
}

function brief(number) {
  for (const [size, unit] of [[1e9, "B"], [1e6, "M"], [1e3, "K"]]) {
    if (number >= size) return (number / size).toFixed(number >= 100 * size ? 0 : 1) + unit;
  }
  return String(number);
}

function share(part) {
  if (!part) return "0%";
  if (part > 0 && part < 0.001) return "<0.1%";
  const value = part * 100;
  const places = value < 10 || (value >= 99 && value < 100) ? 10 : 1;
  return Math.floor(value * places + 1e-9) / places + "%";
}

function plural(number, noun) {
  return count(number) + " " + noun + (number === 1 ? "" : "s");
}

// A name of a fixed width, cut in the middle: both ends tell it apart.
function cut(name, width) {
  if (name.length <= width) return name;
  if (width < 3) return "";
  const head = Math.floor((width - 1) / 2);
  return name.slice(0, head) + "…" + name.slice(name.length - (width - 1 - head));
}

// Plotly takes some markup in its texts; names of others must be none.
function inert(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

const byId = (id) => document.getElementById(id);

const FORMATS = {
  money, count, share, change,
  text: (value) => (value === null || value === undefined ? "-" : String(value)),
};
