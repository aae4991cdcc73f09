// The explorer of gaps and routes; what it looks up with stands before it (looked_up.js).
const ALL = "All ICSs", EVERY = "every";
const areas = labels("areas", "ics");
const nameOf = (ics) => look("areas", "ics_name", { ics });

// What can be chosen: each choice offers only what the choices before it leave
const gap = (field, at) => look("gaps", field, at);
const offered = {
  ics: () => areas.map((code) => [code, nameOf(code)]),
  of: () => labels("labels", "of").map((of) => [of, of]),
  measure: (at) => {
    const found = labels("measures", "measure").filter((measure) =>
      labels("gaps", "year").some((year) => gap("interval", { ...at, measure, year }) !== ""));
    const names = new Map();
    for (const measure of found) {
      const name = look("measures", "name", { measure });
      if (!names.has(name)) names.set(name, measure);
    }
    return [...names].map(([name, measure]) => [measure, name]);
  },
  adjusted: (at) => {
    const name = look("measures", "name", at);
    return labels("measures", "measure")
      .filter((measure) => look("measures", "name", { measure }) === name)
      .map((measure) => [measure, look("measures", "adjusted", { measure })]);
  },
  year: (at) => [...labels("gaps", "year")].reverse()
    .filter((year) => gap("interval", { ...at, measure: at.adjusted, year }) !== "").map((year) => [year, year]),
  with: (at) => peerKinds(at),
  route: () => labels("route_names", "route").map((route) => [route, look("route_names", "name", { route })]),
  scope: () => labels("scopes", "scope").map((scope) => [scope, look("scopes", "name", { scope })]),
};

function peerKinds(at) {
  const kinds = labels("peers", "kind").filter((kind) => look("peers", "title", { ...at, kind }) !== "");
  const single = at.ics === ALL ? [] : areas.filter((code) => code !== at.ics && code !== ALL);
  return [...kinds.map((kind) => [kind, look("peers", "title", { ...at, kind })]),
    ...single.map((code) => [code, nameOf(code)])];
}

function peersOf(at) {
  if (areas.includes(at.with)) return [at.with];
  const codes = look("peers", "codes", { ...at, kind: at.with });
  return codes === EVERY ? areas.filter((code) => code !== ALL && code !== at.ics) : codes.split("|").filter(Boolean);
}

function show(at, address) {
  const full = { ...at, measure: at.adjusted };
  const title = look("measures", "title", full), line = Number(look("measures", "line", full));
  const caption = [title, at.year].filter(Boolean).join("; ");
  const row = (changed, mark, label) => {
    const here = { ...full, ...changed };
    return { name: label, to: address({ ...at, ...changed, adjusted: at.adjusted, measure: at.measure }), mark,
      interval: gap("interval", here), probability: gap("probability", here).replace("[x]", "") };
  };
  sayChosen(at, full, caption);
  const marks = (ics) => (ics === at.ics ? "own" : ics === ALL ? "together" : "peer");
  const beside = [...new Set([at.ics, ...(areas.includes(ALL) ? [ALL] : []), ...peersOf(at)])];
  const filled = (rows) => rows.filter((one) => one.interval !== "");
  put("peers_words", find("with").selectedOptions[0]?.textContent ?? "");
  fill("peers", `${at.of}: ${caption}`, beside.length < 2 ? [] :
    widestLast(filled(beside.map((ics) => row({ ics }, marks(ics), nameOf(ics))))), line);
  fill("procedures", `${nameOf(at.ics)}: ${caption}`,
    filled(labels("labels", "of").map((label) => row({ of: label }, label === at.of ? "own" : "peer", label))), line);
  const years = labels("gaps", "year").map((year) => row({ year }, year === at.year ? "own" : "peer", year));
  fill("years_shown", `${nameOf(at.ics)}, ${at.of}: ${title}`,
    filled(years).length > 1 ? filled(years) : [], line);
  sayChange(full);
  const procedureOf = (of) => look("labels", "procedure", { of });
  const taken = labels("routes", "of").map((label) => ({ name: label,
    interval: look("routes", "interval", { ...at, of: label }), mark: label === procedureOf(at.of) ? "own" : "peer",
    to: address({ ...at, of: labels("labels", "of").find((of) => procedureOf(of) === label) }) }));
  put("route_name", look("route_names", "name", at));
  put("route_words", `${look("route_names", "words", at)}; target: ${look("scopes", "aim", at)}.`);
  fill("routes", `${nameOf(at.ics)}: ${look("scopes", "name", at)}`, filled(taken), 0, ["interval"]);
}

function sayChosen(at, full, caption) {
  put("heading", `${nameOf(at.ics)}: ${at.of}`);
  put("chosen", caption);
  putNumber(gap("interval", full));
  put("probability", gap("probability", full));
  put("event", look("measures", "probability_of", full));
  put("rank", look("ranks", "rank", at));
  put("below", look("ranks", "below", at));
  const said = { ics: at.ics, of: look("labels", "procedure", at) };
  put("text", look("words", "text", said));
  put("year_text", look("year_words", "text", said));
  find("words_section").hidden = find("text").hidden && find("year_text").hidden;
}

function sayChange(full) {
  const change = look("changes", "change", full), years = labels("gaps", "year");
  find("changes_section").hidden = !known(change);
  put("pair", `${years[0]} to ${years[years.length - 1]}`);
  for (const field of ["how", "change", "narrowed", "trend"]) put(field, look("changes", field, full));
}

explore(offered, {
  opening: { ics: areas.find((code) => look("areas", "first", { ics: code })) }, anew: { measure: ["adjusted"] },
}, show);
