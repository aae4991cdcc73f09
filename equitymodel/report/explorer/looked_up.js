// Looks printed texts up by what a reader chose. Every number and sentence comes printed from the page's data; nothing
// is worked out or put into words here. The choice lives in the fragment of the address, so that a link keeps it and
// "back" works.
const data = JSON.parse(document.getElementById("data").textContent);
const find = (id) => document.getElementById(id);
const NOTHING = new Set(["", "[x]"]);

// Cubes: texts by labels, the last dimension fastest
const cubes = Object.fromEntries(Object.entries(data).map(([name, { dims, values, often }]) => {
  const names = Object.keys(dims);
  const places = names.map((dim) => new Map(dims[dim].map((label, place) => [label, place])));
  const texts = Object.fromEntries(Object.entries(values).map(([field, text]) => [field, text.split("\n")]));
  const look = (field, at) => {
    let index = 0;
    for (let i = 0; i < names.length; i++) {
      const place = places[i].get(at[names[i]]);
      if (place === undefined) return "";
      index = index * dims[names[i]].length + place;
    }
    const text = texts[field][index];
    return text.startsWith("\t") ? often[Number(text.slice(1))] : text;
  };
  return [name, { dims, look }];
}));
const look = (cube, field, at) => (cubes[cube] ? cubes[cube].look(field, at) : "");
const labels = (cube, dim) => (cubes[cube] ? cubes[cube].dims[dim] : []);
const known = (text) => !NOTHING.has(text);

// Drawing: a line from the lower to the upper end and a mark at the estimate, beside the numbers that it draws
const SVG = find("blank").content.firstElementChild.namespaceURI;
function draw(parent, tag, attributes, text) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  return parent.appendChild(made);
}
function numbersOf(text) {
  const found = text.replaceAll(",", "").match(/^(-?[\d.]+) \((-?[\d.]+) to (-?[\d.]+)\)$/);
  return found ? found.slice(1).map(Number) : null;
}
function scaleOf(texts, line) {
  const every = texts.map(numbersOf).filter(Boolean).flat();
  if (!every.length) return null;
  const ratio = line === 1 && every.every((value) => value > 0);
  const turn = ratio ? Math.log : (value) => value;
  const low = turn(Math.min(line, ...every)), high = turn(Math.max(line, ...every)), space = (high - low || 1) * 0.04;
  const from = low - space, to = high + space;
  return { line, at: (value) => `${(100 * (turn(value) - from) / (to - from)).toFixed(2)}%`,
    ticks: ratio ? ratioTicks(low, high) : evenTicks(low, high) };
}
const RATIOS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.4, 1.7, 2, 2.5, 3, 4, 5, 10, 20, 50];
function ratioTicks(low, high) {
  const inside = RATIOS.filter((tick) => Math.log(tick) >= low && Math.log(tick) <= high), apart = (high - low) / 5;
  const kept = [1];
  for (const tick of inside) if (kept.every((other) => Math.abs(Math.log(tick / other)) >= apart)) kept.push(tick);
  return kept;
}
function evenTicks(low, high) {
  const rough = (high - low || 1) / 4, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((times) => times * power).find((size) => size >= rough);
  const count = Math.floor(high / step) - Math.ceil(low / step) + 1;
  return Array.from({ length: count }, (_, place) => Number(((Math.ceil(low / step) + place) * step).toPrecision(6)));
}
function drawRow(cell, text, scale, mark) {
  const numbers = numbersOf(text), svg = draw(cell, "svg", { "aria-hidden": "true", class: mark });
  for (const tick of scale.ticks) {
    draw(svg, "line", { class: "grid", x1: scale.at(tick), x2: scale.at(tick), y1: 0, y2: "100%" });
  }
  draw(svg, "line", { class: "no-gap", x1: scale.at(scale.line), x2: scale.at(scale.line), y1: 0, y2: "100%" });
  if (!numbers) return;
  const [middle, low, high] = numbers.map(scale.at);
  draw(svg, "line", { class: "interval-line", x1: low, x2: high, y1: "50%", y2: "50%" });
  if (mark !== "own") draw(svg, "circle", { class: "dot", cx: middle, cy: "50%", r: 4 });
  else {
    const own = draw(svg, "svg", { x: middle, y: "50%", width: 1, height: 1, overflow: "visible" });
    draw(own, "path", { class: "diamond", d: "M0 -7L7 0L0 7L-7 0Z" });
  }
}
function drawAxis(cell, scale) {
  const svg = draw(cell, "svg", { "aria-hidden": "true" });
  for (const tick of scale.ticks) draw(svg, "text", { x: scale.at(tick), y: "1em" }, tick.toLocaleString("en-GB"));
}

// Tables: rows of {name, to, interval, probability, mark}
function element(tag, attributes, ...within) {
  const made = Object.assign(document.createElement(tag), attributes);
  made.append(...within);
  return made;
}
function fill(id, caption, rows, line, cells = ["interval", "probability"], { drawn = true } = {}) {
  const table = find(id), body = table.tBodies[0];
  const scale = drawn ? scaleOf(rows.map((row) => row.interval), line) : null;
  const section = find(`${id}_section`);
  if (section) section.hidden = rows.length === 0;
  table.caption.textContent = caption;
  table.tFoot?.remove();
  body.replaceChildren(...rows.map((row) => {
    const named = row.to ? element("a", { href: row.to, textContent: row.name }) : row.name;
    const made = element("tr", {}, element("th", { scope: "row" }, named),
      ...cells.map((name) => element("td", { className: name }, ...printed(row[name]))));
    if (row.mark === "own") made.setAttribute("aria-current", "true");
    if (drawn) {
      const cell = made.appendChild(element("td", { className: "picture" }));
      if (scale) drawRow(cell, row.interval, scale, row.mark);
    }
    return made;
  }));
  if (!scale || !rows.length) return;
  const foot = table.createTFoot().insertRow();
  foot.setAttribute("aria-hidden", "true");
  foot.append(...["text", ...cells, "picture"].map((className) => element("td", { className })));
  drawAxis(foot.lastChild, scale);
}
function printed(text) {
  const [estimate, ends] = text.split(" (");
  return ends ? [estimate, " ", element("span", { className: "ends", textContent: `(${ends}` })] : [text];
}
const first = (text) => numbersOf(text)?.[0] ?? -Infinity;
const widestLast = (rows) => rows.sort((one, other) => first(other.interval) - first(one.interval));

function put(id, text) {
  const place = find(id);
  place.textContent = text;
  const row = place.closest("dl > div");
  if (row && place.tagName === "DD") row.hidden = !known(text);
  else place.hidden = text === "";
}
function putNumber(interval) {
  const [estimate, ends] = interval.split(" (");
  put("estimate", known(interval) ? estimate : interval);
  put("ends", ends ? `(${ends}` : "");
}

// Choosing: `offered` says what each choice offers after those before it, `opening` what it opens with where that is
// not the first, `anew` which choices begin anew when another is changed
function explore(offered, { opening = {}, anew = {} }, show) {
  const ORDER = Object.keys(offered);
  function chosen(asked) {
    const at = {};
    for (const name of ORDER) {
      const options = offered[name](at).map(([value]) => value);
      const first = options.includes(opening[name]) ? opening[name] : options[0];
      at[name] = options.includes(asked.get(name)) ? asked.get(name) : first ?? "";
    }
    return at;
  }
  const address = (at) => `#${new URLSearchParams(Object.fromEntries(ORDER.map((name) => [name, at[name]])))}`;
  function showChosen() {
    const at = chosen(new URLSearchParams(location.hash.slice(1)));
    for (const name of ORDER) {
      const options = offered[name](at), select = find(name), there = JSON.stringify(options);
      if (select.dataset.there !== there) {
        select.replaceChildren(...options.map(([value, text]) => element("option", { value, textContent: text })));
        select.dataset.there = there;
      }
      select.value = at[name];
      select.disabled = options.length < 2;
    }
    find("link").href = address(at);
    show(at, address);
  }
  for (const select of find("choices").querySelectorAll("select")) {
    select.addEventListener("change", () => {
      const asked = new Map(ORDER.map((name) => [name, find(name).value]));
      for (const name of anew[select.name] ?? []) asked.delete(name);
      location.hash = address(chosen(asked));
    });
  }
  find("choices").addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", showChosen);
  find("everything").open = false;
  find("explorer").hidden = false;
  showChosen();
}
