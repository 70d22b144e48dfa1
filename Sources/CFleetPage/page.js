"use strict";

// Sorts, filters and paginates the host table.
//
// The data contains the names of its fields and the labels, colors and order of states; this script
// defines none. Texts from reports are only inserted as text nodes.
(() => {
  const pageSize = 100;
  const maxPrintedHosts = 1000;
  const numbers = new Intl.NumberFormat("en");
  const collator = new Intl.Collator("en", { numeric: true });

  const form = document.querySelector(".controls");
  const found = document.querySelector(".found");
  const pager = document.querySelector(".pager");
  const printed = document.querySelector(".printed");
  const table = document.querySelector("table.hosts");
  const headings = [...table.querySelectorAll("th[data-sort]")];

  // Data

  const data = JSON.parse(document.getElementById("data").textContent);

  const named = (names, values) => {
    const object = {};
    names.forEach((name, index) => {
      object[name] = values[index];
    });
    return object;
  };

  const findings = data.findings.map((list) =>
    list.map((values) => named(data.findingFields, values)),
  );
  const lists = { texts: data.texts, findings };
  const fields = data.fields;

  const host = (values, order) => {
    const object = { order };
    fields.forEach(({ name, list }, index) => {
      object[name] = list ? lists[list][values[index]] : values[index];
    });
    return object;
  };

  const hosts = data.hosts.map(host);
  // The text that a column shows if there is no value.
  const empty = named(
    fields.map((field) => field.name),
    fields.map((field) => field.empty),
  );
  const titles = named(
    headings.map((heading) => heading.dataset.sort),
    headings.map((heading) => heading.textContent),
  );
  // Labels, colors and ranks by field and value, worst first.
  const words = {};
  for (const [field, list] of Object.entries(data.words)) {
    words[field] = new Map(list.map((word, rank) => [word.name, { ...word, rank }]));
  }
  const affected = data.vulnerabilities.map(({ version, names }) => ({
    version,
    names: names.toLowerCase(),
  }));

  // View state

  const view = {
    shown: hosts,
    page: 0,
    sort: { key: "state", isReversed: false },
    // The filter of a tile that no drop-down list offers, because either no host matches it or all do.
    tile: null,
  };

  // Rows

  const createElement = (tag, className, ...children) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...children);
    return element;
  };

  const chip = (field, name) => {
    const { label, tone } = words[field].get(name);
    return createElement("span", `chip ${tone}`, label);
  };

  const duration = (seconds) => {
    const step = data.durations.find(({ from }) => seconds >= from);
    return step.unit ? `${Math.floor(seconds / step.unit)} ${step.words}` : step.words;
  };

  const counted = (count, one) => `${numbers.format(count)} ${count === 1 ? one : `${one}s`}`;

  const cell = (field, ...children) => {
    const td = createElement("td", "", ...children);
    td.dataset.label = titles[field];
    return td;
  };

  const goCell = (host) => {
    const td = cell("go", host.go || empty.go);
    if (host.others) td.append(createElement("span", "sub", host.others));
    return td;
  };

  const vulnerabilityCell = (host) => {
    const td = cell("vulns", host.vulns === null ? empty.vulns : numbers.format(host.vulns));
    td.className = "number";
    return td;
  };

  const mainRow = (host) => {
    const th = createElement("th", "", host.name, createElement("span", "sub", host.identity));
    th.scope = "row";
    return createElement(
      "tr",
      "",
      th,
      cell("state", chip("state", host.state)),
      goCell(host),
      cell("support", chip("support", host.support)),
      vulnerabilityCell(host),
      cell("debug", chip("debug", host.debug)),
      cell("platform", host.platform),
      cell("age", host.age === null ? empty.age : duration(host.age)),
    );
  };

  const findingItem = ({ kind, subject, detail, fix }) => {
    const { label, tone } = words.kind.get(kind);
    const text = createElement("span", "", createElement("b", "", subject), ` ${detail}`);
    const item = createElement("li", "", createElement("span", `kind ${tone}`, label), " ", text);
    if (fix) item.append(createElement("code", "", fix));
    return item;
  };

  const findingsRow = (host, isOpen) => {
    const details = createElement(
      "details",
      "",
      createElement("summary", "", counted(host.findings.length, "finding")),
      createElement("ul", "findings", ...host.findings.map(findingItem)),
    );
    details.open = isOpen;
    const td = createElement("td", "", details);
    td.colSpan = headings.length;
    return createElement("tr", "more", td);
  };

  const body = (host, isOpen) => {
    const tbody = createElement("tbody", "", mainRow(host));
    if (host.findings.length) tbody.append(findingsRow(host, isOpen));
    return tbody;
  };

  // Pages

  const showRows = (rows, isOpen) => {
    for (const old of table.querySelectorAll("tbody")) old.remove();
    table.append(...rows.map((host) => body(host, isOpen)));
  };

  const showPager = (start, count) => {
    const pages = Math.ceil(view.shown.length / pageSize);
    const range = `${numbers.format(start + 1)}–${numbers.format(start + count)}`;
    const [back, next] = pager.querySelectorAll("button");
    pager.hidden = pages < 2;
    pager.querySelector("span").textContent = `${range} of ${numbers.format(view.shown.length)}`;
    back.disabled = view.page === 0;
    next.disabled = view.page >= pages - 1;
  };

  const show = () => {
    const start = view.page * pageSize;
    const rows = view.shown.slice(start, start + pageSize);
    const all = counted(hosts.length, "host");
    showRows(rows, false);
    showPager(start, rows.length);
    found.textContent =
      view.shown.length === hosts.length
        ? all
        : `${numbers.format(view.shown.length)} of ${all}`;
  };

  const turnPage = (step) => {
    view.page += step;
    show();
    table.scrollIntoView();
  };

  // Order

  const compare = (host, next) => {
    const { key, isReversed } = view.sort;
    const [left, right] = [host[key], next[key]];
    let order;
    if (words[key]) order = words[key].get(left).rank - words[key].get(right).rank;
    else if (typeof (left ?? right) === "string") order = collator.compare(left, right);
    // Largest numbers first; hosts without a number last.
    else order = (right ?? -1) - (left ?? -1);
    return (isReversed ? -order : order) || host.order - next.order;
  };

  const showOrder = () => {
    for (const heading of headings) {
      if (heading.dataset.sort !== view.sort.key) heading.removeAttribute("aria-sort");
      else heading.setAttribute("aria-sort", view.sort.isReversed ? "descending" : "ascending");
    }
  };

  const sort = () => {
    view.shown.sort(compare);
    view.page = 0;
    showOrder();
    show();
  };

  const sortBy = (key) => {
    view.sort = { key, isReversed: view.sort.key === key && !view.sort.isReversed };
    sort();
  };

  // Filters

  const versionsOf = (host) => host.versions.split("\n");

  const textOfHost = (host) => {
    host.text ??= [
      host.name,
      host.id,
      host.identity,
      host.versions,
      host.platform,
      host.state,
      host.ring,
    ]
      .join(" ")
      .toLowerCase();
    return host.text;
  };

  // Many hosts share a list of findings.
  const textsOfFindings = new Map();
  const textOfFindings = (list) => {
    if (!textsOfFindings.has(list)) {
      const texts = list.map((finding) => Object.values(finding).join(" "));
      textsOfFindings.set(list, texts.join(" ").toLowerCase());
    }
    return textsOfFindings.get(list);
  };

  // Versions with a vulnerability of that name. The data lists vulnerabilities by version, not by host.
  const versionsAffectedBy = (word) =>
    new Set(affected.filter(({ names }) => names.includes(word)).map(({ version }) => version));

  const wordTest = (word) => {
    const versions = versionsAffectedBy(word);
    return (host) =>
      textOfHost(host).includes(word) ||
      textOfFindings(host.findings).includes(word) ||
      (versions.size > 0 && versionsOf(host).some((version) => versions.has(version)));
  };

  const textTest = (text) => {
    const tests = text.trim().toLowerCase().split(/\s+/).filter(Boolean).map(wordTest);
    return (host) => tests.every((test) => test(host));
  };

  // Tests by filter name. Any other name compares the field with that name.
  const makeTest = {
    text: textTest,
    state: (states) => (host) => states.split(",").includes(host.state),
    version: (version) => (host) => versionsOf(host).includes(version),
    finding: (kind) => (host) => host.findings.some((finding) => finding.kind === kind),
    fix: (fix) => (host) => host.findings.some((finding) => finding.fix === fix),
  };

  const test = (name, value) =>
    makeTest[name] ? makeTest[name](value) : (host) => host[name] === value;

  const filters = () => {
    const values = new Map(new FormData(form));
    if (view.tile) values.set(view.tile.name, view.tile.value);
    return [...values].filter(([, value]) => value);
  };

  const filter = () => {
    const tests = filters().map(([name, value]) => test(name, value));
    view.shown = hosts.filter((host) => tests.every((test) => test(host)));
    sort();
  };

  const filterByTile = (tile) => {
    const name = tile.dataset.filter.split("=", 1)[0];
    const value = tile.dataset.filter.slice(name.length + 1);
    form.reset();
    const list = form.elements[name];
    if (list) list.value = value;
    view.tile = list && list.value === value ? null : { name, value };
    if (view.tile && list) list.value = "";
    filter();
  };

  // Printing

  const printNote = () => {
    if (view.shown.length > maxPrintedHosts) {
      const count = `${numbers.format(maxPrintedHosts)} of ${counted(view.shown.length, "host")}`;
      return `Printed ${count}. To print fewer, filter first; for all, use --format csv.`;
    }
    return view.shown.length < hosts.length ? `Printed ${found.textContent}.` : "";
  };

  const showForPrint = () => {
    showRows(view.shown.slice(0, maxPrintedHosts), true);
    printed.textContent = printNote();
  };

  const showAfterPrint = () => {
    printed.textContent = "";
    show();
  };

  // Controls

  const makeSortable = (heading) => {
    const button = createElement("button", "", heading.textContent);
    button.type = "button";
    button.addEventListener("click", () => sortBy(heading.dataset.sort));
    heading.replaceChildren(button);
  };

  const filterSoon = () => {
    clearTimeout(filterSoon.timer);
    filterSoon.timer = setTimeout(filter, hosts.length > 5000 ? 150 : 0);
  };

  headings.forEach(makeSortable);
  [-1, 1].forEach((step, index) => {
    pager.querySelectorAll("button")[index].addEventListener("click", () => turnPage(step));
  });
  for (const tile of document.querySelectorAll("a[data-filter]")) {
    tile.addEventListener("click", () => filterByTile(tile));
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => {
    if (view.tile && event.target.name === view.tile.name) view.tile = null;
    filterSoon();
  });
  form.addEventListener("reset", () => {
    view.tile = null;
    filterSoon();
  });
  addEventListener("beforeprint", showForPrint);
  addEventListener("afterprint", showAfterPrint);
  form.hidden = hosts.length === 0;
  filter();
})();
