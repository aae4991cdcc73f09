// The explorer of an evaluation; what it looks up with stands before it (looked_up.js).
const MAIN = "the model of the verdict", RATIO = "Average rate ratio after the start";
const units = labels("units", "whom");
const unit = (field, whom) => look("units", field, { whom });
const change = (field, at) => look("changes", field, at);
const periods = labels("periods", "period");
const ofKind = (kind) => units.filter((whom) => unit("among", whom) === kind);
const opensWith = units.find((whom) => unit("first", whom));
const quantitiesOf = (whom) => labels("changes", "quantity").filter((quantity) => monthsOf({ whom, quantity }).length);
const monthsOf = (at) => labels("months", "months").filter((months) => change("interval", { ...at, months }) !== "");

// Other models answer the question that the verdict is about, over the months judged, and nothing else
const modelsOf = (whom) => labels("models", "model").filter((model) => look("models", "interval", { whom, model }) !== "");
const answered = (at) => at.quantity === quantitiesOf(at.whom)[0] && at.months === labels("months", "months")[0];
const offered = {
  kind: () => labels("kinds", "kind").map((kind) => [kind, look("kinds", "name", { kind })]),
  whom: (at) => ofKind(at.kind).map((whom) => [whom, whom]),
  quantity: (at) => quantitiesOf(at.whom).map((quantity) => [quantity, quantity]),
  months: (at) => monthsOf(at).map((months) => [months, months]),
  model: (at) => [MAIN, ...(answered(at) ? modelsOf(at.whom).filter((model) => model !== MAIN) : [])]
    .map((model) => [model, model]),
};

function show(at, address) {
  const own = at.model === MAIN, line = Number(change("line", at)), within = change("in", at);
  const caption = [at.quantity + (within === "ratio" ? "" : `, ${within}`), at.months].join("; ");
  put("heading", upper(at.whom));
  put("chosen", own ? caption : `Ratio, with over without; ${at.months}; ${at.model}, of ${look("models", "about", at)}`);
  putNumber(own ? change("interval", at) : look("models", "interval", at));
  put("event", own && change("likelier", at) ? `Probability, ${change("likelier", at)}` : "");
  put("probability", own ? change("likely", at) : "");
  put("verdict", unit("verdict", at.whom));
  put("found", unit("found", at.whom));
  put("text", look("words", "text", at));
  const spans = (quantity) => monthsOf({ whom: at.whom, quantity });
  const numbers = quantitiesOf(at.whom).map((quantity) => {
    const months = spans(quantity).includes(at.months) ? at.months : spans(quantity)[0];
    const here = { ...at, quantity, months, model: MAIN };
    return { name: quantity, to: address(here), interval: change("interval", here), in: change("in", here),
      likelier: likelierOf(here), mark: quantity === at.quantity ? "own" : "peer" };
  });
  fill("numbers", [at.whom, at.months].join("; "), numbers, line,
    ["interval", "in", "likelier"], { drawn: false });
  const beside = at.kind === "gap" ? [] : [...new Set([...ofKind("whole"), ...ofKind(at.kind)])];
  const rows = beside.map((whom) => ({ name: whom, to: address({ ...at, kind: unit("among", whom), whom, model: MAIN }),
    interval: change("interval", { ...at, whom }), likelier: likelierOf({ ...at, whom }),
    mark: whom === at.whom ? "own" : unit("among", whom) === "whole" ? "together" : "peer" }));
  const filled = rows.filter((row) => row.interval !== "");
  fill("beside", caption, filled.length > 1 ? widestLast(filled) : [], line,
    ["interval", "likelier"]);
  fill("models", `Ratio, with over without, over ${labels("months", "months")[0]}`, modelsOf(at.whom).map((model) => ({
    name: model, interval: look("models", "interval", { ...at, model }), part: look("models", "part", { ...at, model }),
    to: address({ ...at, quantity: quantitiesOf(at.whom)[0], months: labels("months", "months")[0], model }),
    mark: model === at.model ? "own" : "peer" })), 1, ["interval", "part"]);
  showSeries(at);
}
const likelierOf = (at) => [change("likely", at), change("likelier", at)].filter(Boolean).join(", ");
const upper = (text) => text.charAt(0).toUpperCase() + text.slice(1);

// The series: counts as points, modelled means as lines; the band is the interval without the intervention
function showSeries(at) {
  const seen = (period) => ["whole", "group", "ics", "procedure"]
    .map((kind) => look(`seen_${kind}`, "seen", { ...at, period })).find((text) => text !== "") ?? "";
  const rows = periods.map((period) => ({ name: period, seen: seen(period),
    with: look("series", "with", { ...at, period }), without: look("series", "without", { ...at, period }).replace("[x]", ""),
    left_out: look("periods", "left_out", { period }) })).filter((row) => row.with !== "" || row.seen !== "");
  find("series_section").hidden = rows.length === 0;
  if (!rows.length) return;
  find("series_of").textContent = at.kind === "gap" ? "ratio, the end that has more over the other" : "admissions";
  const counted = rows.some((row) => row.seen !== "");
  fill("periods", at.whom, rows, 0, ["seen", "with", "without"], { drawn: false });
  find("key_seen").hidden = !counted;
  drawSeries(rows, unit("start", at.whom), at.kind === "gap");
}
function drawSeries(rows, start, ratio) {
  const svg = find("series"), seen = (row) => Number(row.seen.replaceAll(",", "") || NaN);
  const values = rows.flatMap((row) => [seen(row), ...(numbersOf(row.with) ?? []), ...(numbersOf(row.without) ?? [])])
    .filter(Number.isFinite);
  if (ratio) values.push(1);
  const low = Math.min(...values), high = Math.max(...values), space = (high - low || 1) * 0.06;
  const from = low - space, to = high + space;
  const across = (place) => 100 * (place + 0.5) / periods.length, up = (value) => 100 * (to - value) / (to - from);
  const place = (row) => periods.indexOf(row.name), percent = (value) => `${value.toFixed(2)}%`;
  svg.replaceChildren();
  const plane = draw(svg, "svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", width: "100%", height: "100%" });
  for (const row of rows) {
    if (row.left_out) draw(plane, "rect", { class: "away", x: across(place(row) - 0.5), width: 100 / periods.length, y: 0, height: 100 });
  }
  for (const tick of evenTicks(low, high)) {
    draw(plane, "line", { class: "grid", x1: 0, x2: 100, y1: up(tick), y2: up(tick) });
    draw(svg, "text", { x: "-.5em", y: percent(up(tick)), class: "up", dy: ".35em" }, tick.toLocaleString("en-GB"));
  }
  if (ratio) draw(plane, "line", { class: "no-gap", x1: 0, x2: 100, y1: up(1), y2: up(1) });
  const points = (name, end) => rows.map((row) => [place(row), numbersOf(row[name])]).filter(([, numbers]) => numbers)
    .map(([at, numbers]) => `${across(at)},${up(numbers[end])}`);
  const band = [...points("without", 1), ...points("without", 2).reverse()];
  if (band.length) draw(plane, "polygon", { class: "band", points: band.join(" ") });
  draw(plane, "polyline", { class: "with", points: points("with", 0).join(" ") });
  draw(plane, "polyline", { class: "without", points: points("without", 0).join(" ") });
  const began = across(periods.indexOf(start) - 0.5);
  draw(plane, "line", { class: "start", x1: began, x2: began, y1: 0, y2: 100 });
  draw(svg, "text", { x: percent(began), y: "1em", dx: ".4em", class: "start-word" }, `start, ${start}`);
  for (const row of rows) {
    if (Number.isFinite(seen(row))) draw(svg, "circle", { class: "seen", cx: percent(across(place(row))), cy: percent(up(seen(row))), r: 2.5 });
  }
  const every = Math.ceil(periods.length / 6);
  const along = find("along");
  along.replaceChildren();
  periods.forEach((period, at) => {
    if (at % every === 0) draw(along, "text", { x: percent(across(at)), y: "1em" }, period);
  });
}

explore(offered, {
  opening: opensWith === undefined ? {} : { kind: unit("among", opensWith), whom: opensWith },
}, show);
