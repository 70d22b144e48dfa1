"use strict";
// Sorts, filters and turns the pages of the table of hosts. Texts only ever become text nodes.
// The words of states and their tones come with the data, so that they are defined once.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const pageSize = 100;
  // By column and word: what is shown, its tone, and its rank, worst first.
  const words = {};
  for (const [column, list] of Object.entries(data.words))
    words[column] = new Map(list.map((word, rank) => [word.name, {...word, rank}]));
  // What a column says where there is no value.
  const empty = Object.fromEntries(data.columns.map(column => [column.name, column.empty]));
  data.findings = data.findings.map(list =>
    list.map(([kind, subject, detail, fix]) => ({kind, subject, detail, fix})));
  const hosts = data.hosts.map((values, order) => {
    const host = {order};
    data.columns.forEach(({name, list}, place) => {
      host[name] = list ? data[list][values[place]] : values[place];
    });
    return host;
  });
  const affected = data.vulnerabilities.map(([version, ids]) => ({version, ids: ids.toLowerCase()}));
  const form = document.querySelector(".controls"), pager = document.querySelector(".pager");
  const table = document.querySelector("table.hosts"), found = document.querySelector(".found");
  const numbers = new Intl.NumberFormat("en");
  const collator = new Intl.Collator("en", {numeric: true});
  let sort = {key: "state", down: false}, page = 0, shown = hosts;
  // What a tile asks for and no list of choices offers: there may be no such host, or no other.
  let tile = null;

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const chip = (column, word) => {
    const {label, tone} = words[column].get(word);
    return make("span", "chip " + tone, label);
  };
  const duration = seconds => {
    const step = data.durations.find(({from}) => seconds >= from);
    return step.unit ? Math.floor(seconds / step.unit) + " " + step.words : step.words;
  };
  const titles = {};
  for (const th of table.querySelectorAll("th[data-sort]")) titles[th.dataset.sort] = th.textContent;
  const cell = (column, ...parts) => {
    const td = make("td");
    td.dataset.label = titles[column];
    td.append(...parts);
    return td;
  };
  const body = (h, open) => {
    const tbody = make("tbody"), tr = make("tr"), th = make("th", "", h.name);
    th.scope = "row";
    th.append(make("span", "sub", h.identity));
    const go = cell("go", h.go || empty.go);
    if (h.others) go.append(make("span", "sub", h.others));
    const vulns = cell("vulns", h.vulns < 0 ? empty.vulns : numbers.format(h.vulns));
    vulns.className = "number";
    tr.append(th, cell("state", chip("state", h.state)), go,
      cell("support", chip("support", h.support)), vulns,
      cell("debug", chip("debug", h.debug)),
      cell("platform", h.platform), cell("age", h.age < 0 ? empty.age : duration(h.age)));
    tbody.append(tr);
    if (h.findings.length) {
      const more = make("tr", "more"), td = make("td"), details = make("details");
      td.colSpan = 8;
      details.open = open;
      details.append(make("summary", "",
        h.findings.length === 1 ? "1 finding" : h.findings.length + " findings"));
      const list = make("ul", "findings");
      for (const {kind, subject, detail, fix} of h.findings) {
        const item = make("li"), text = make("span");
        text.append(make("b", "", subject), " " + detail);
        const {label, tone} = words.kind.get(kind);
        item.append(make("span", "kind " + tone, label), " ", text);
        if (fix) item.append(make("code", "", fix));
        list.append(item);
      }
      details.append(list);
      td.append(details);
      more.append(td);
      tbody.append(more);
    }
    return tbody;
  };
  const compare = (a, b) => {
    const key = sort.key;
    let order;
    if (words[key]) order = words[key].get(a[key]).rank - words[key].get(b[key]).rank;
    else if (key === "vulns" || key === "age") order = b[key] - a[key];
    else order = collator.compare(a[key], b[key]);
    return (sort.down ? -order : order) || a.order - b.order;
  };
  const show = (limit = pageSize, open = false) => {
    for (const old of table.querySelectorAll("tbody")) old.remove();
    const start = limit === pageSize ? page * pageSize : 0;
    const rows = shown.slice(start, start + limit);
    table.append(...rows.map(h => body(h, open)));
    found.textContent = shown.length === hosts.length
      ? numbers.format(hosts.length) + (hosts.length === 1 ? " host" : " hosts")
      : numbers.format(shown.length) + " of " + numbers.format(hosts.length) + " hosts";
    const pages = Math.ceil(shown.length / pageSize);
    pager.hidden = pages < 2;
    pager.querySelector("span").textContent =
      numbers.format(start + 1) + "–" + numbers.format(start + rows.length) + " of " + numbers.format(shown.length);
    const [back, next] = pager.querySelectorAll("button");
    back.disabled = page === 0;
    next.disabled = page >= pages - 1;
  };
  const sorted = () => {
    shown.sort(compare);
    for (const th of table.querySelectorAll("th[data-sort]")) {
      if (th.dataset.sort !== sort.key) th.removeAttribute("aria-sort");
      else th.setAttribute("aria-sort", sort.down ? "descending" : "ascending");
    }
    page = 0;
    show();
  };
  const foundTexts = new Map();
  const textOf = list => {
    if (!foundTexts.has(list)) {
      const texts = list.map(finding => Object.values(finding).join(" "));
      foundTexts.set(list, texts.join(" ").toLowerCase());
    }
    return foundTexts.get(list);
  };
  const filter = () => {
    const value = name => tile && tile.name === name ? tile.value
      : form.elements[name] ? form.elements[name].value : "";
    const wanted = value("text").trim().toLowerCase().split(/\s+/).filter(Boolean);
    const exact = ["state", "debug", "ring", "drift"].filter(value).map(key => [key, value(key)]);
    // Versions with a vulnerability of that name: no host has the names of all of its own.
    const have = wanted.map(word =>
      new Set(affected.filter(a => a.ids.includes(word)).map(a => a.version)));
    const version = value("version"), finding = value("finding"), fix = value("fix");
    shown = hosts.filter(h => {
      for (const [key, text] of exact)
        if (h[key] !== text && !(key === "state" && text.split(",").includes(h[key]))) return false;
      if (version && !h.versions.split("\n").includes(version)) return false;
      if (finding && !h.findings.some(f => f.kind === finding)) return false;
      if (fix && !h.findings.some(f => f.fix === fix)) return false;
      if (!wanted.length) return true;
      h.text ??= [h.name, h.id, h.identity, h.versions, h.platform, h.state, h.ring].join(" ").toLowerCase();
      h.found ??= textOf(h.findings);
      return wanted.every((word, i) => h.text.includes(word) || h.found.includes(word)
        || have[i].size > 0 && h.versions.split("\n").some(v => have[i].has(v)));
    });
    sorted();
  };

  for (const th of table.querySelectorAll("th[data-sort]")) {
    const button = make("button", "", th.textContent);
    button.type = "button";
    button.addEventListener("click", () => {
      sort = {key: th.dataset.sort, down: sort.key === th.dataset.sort && !sort.down};
      sorted();
    });
    th.replaceChildren(button);
  }
  for (const [label, step] of [["Previous", -1], ["Next", 1]]) {
    const button = make("button", "", label);
    button.type = "button";
    button.addEventListener("click", () => {
      page += step;
      show();
      table.scrollIntoView();
    });
    pager.append(button);
    if (step < 0) pager.append(make("span"));
  }
  for (const link of document.querySelectorAll("a[data-filter]")) {
    link.addEventListener("click", () => {
      const name = link.dataset.filter.split("=", 1)[0];
      const value = link.dataset.filter.slice(name.length + 1);
      form.reset();
      const list = form.elements[name];
      if (list) list.value = value;
      tile = list && list.value === value ? null : {name, value};
      if (tile && list) list.value = "";
      filter();
    });
  }
  let timer;
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("input", event => {
    if (tile && event.target.name === tile.name) tile = null;
    clearTimeout(timer);
    timer = setTimeout(filter, hosts.length > 5000 ? 150 : 0);
  });
  form.addEventListener("reset", () => {
    tile = null;
    setTimeout(filter, 0);
  });
  const printed = document.querySelector(".printed");
  addEventListener("beforeprint", () => {
    show(1000, true);
    printed.textContent = shown.length > 1000
      ? "Printed: 1,000 of " + numbers.format(shown.length) + " hosts. Filter before printing, or use --format csv."
      : shown.length < hosts.length ? "Printed: " + found.textContent + "." : "";
  });
  addEventListener("afterprint", () => {
    printed.textContent = "";
    show();
  });
  if (hosts.length) form.hidden = false;
  filter();
})();
