// Sorts and filters the tables of a report. A heading sorts up, down, then as printed; a filter keeps the rows that hold
// every word. Tables whose rows are grouped are filtered by group and keep their order.
"use strict";
(() => {
  const FEWEST = 6;
  const NUMBER = /[-−]?\d[\d,]*(\.\d+)?/;

  const said = (cell) => {
    const drawn = cell.querySelector("[aria-label]");
    return (cell.dataset.sort || cell.textContent.trim() || (drawn ? drawn.getAttribute("aria-label") : "")).trim();
  };

  const figure = (text) => {
    const found = NUMBER.exec(text);
    return found ? Number(found[0].replace("−", "-").replaceAll(",", "")) : null;
  };

  const make = (name, properties, ...inside) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...inside);
    return made;
  };

  // Empty cells come last whichever way it is sorted.
  const compare = (a, b, sign) => {
    if (a === null || b === null) return (a === null) - (b === null);
    return sign * (typeof a === "number" ? a - b : a.localeCompare(b, "en", { numeric: true }));
  };

  const keys = (rows, column) => {
    const texts = rows.map((row) => said(row.cells[column]));
    const figures = texts.map(figure);
    const drawn = rows.some((row) => row.cells[column].querySelector("[aria-label]"));
    const plain = texts.every((text) => !text || text === "–" || /^[-−]?\d[\d,.]*(%|\s.*)?$/.test(text));
    return plain || drawn ? figures : texts.map((text) => text.toLowerCase() || null);
  };

  const sortable = (table, update) => {
    const body = table.tBodies[0];
    const rows = [...body.rows];
    const headings = [...table.tHead.rows[0].cells];
    const sort = (column, direction) => {
      headings.forEach((heading) => heading.removeAttribute("aria-sort"));
      table.classList.toggle("sorted", direction !== "");
      if (direction) headings[column].setAttribute("aria-sort", direction);
      const key = keys(rows, column);
      const order = rows.map((_, index) => index);
      if (direction) order.sort((a, b) => compare(key[a], key[b], direction === "ascending" ? 1 : -1) || a - b);
      body.append(...order.map((index) => rows[index]));
      update();
    };
    const after = { ascending: "descending", descending: "" };
    headings.forEach((heading, column) => {
      const button = make("button", { type: "button", className: "sort", title: "sort" }, ...heading.childNodes);
      button.addEventListener("click", () => sort(column, after[heading.getAttribute("aria-sort")] ?? "ascending"));
      heading.append(button);
    });
  };

  // What is shown or hidden together: a row, or a group of rows.
  const filterable = (table, units) => {
    const entry = make("input", { type: "search", placeholder: "filter", autocomplete: "off" });
    const shown = make("output", { className: "shown" });
    entry.setAttribute("aria-label", `filter the table ${title(table)}`);
    const texts = units.map((unit) => unit.textContent.toLowerCase());
    const update = () => {
      const words = entry.value.toLowerCase().split(/\s+/).filter(Boolean);
      const fits = texts.map((text) => words.every((word) => text.includes(word)));
      units.forEach((unit, index) => { unit.hidden = !fits[index]; });
      shown.textContent = words.length ? `filtered: ${fits.filter(Boolean).length} of ${units.length} shown` : "";
    };
    entry.addEventListener("input", update);
    (table.closest(".scroll") ?? table).before(make("div", { className: "filter" }, entry, shown));
    return update;
  };

  const title = (table) => {
    const headings = [...document.querySelectorAll("h1, h2, h3")];
    const before = headings.filter((one) => one.compareDocumentPosition(table) & Node.DOCUMENT_POSITION_FOLLOWING);
    return before.length ? before.at(-1).textContent.trim() : "";
  };

  // A picture drawn as a table, and headings over several columns, stay as they are.
  const regular = (table) => table.tHead && table.tHead.rows.length === 1 && !table.matches(".map, .fixed");

  for (const table of [...document.querySelectorAll("table")].filter(regular)) {
    const rows = [...table.querySelectorAll("tbody tr")];
    if (rows.length < FEWEST) continue;
    const columns = table.tHead.rows[0].cells.length;
    const plain = table.tBodies.length === 1 && rows.every((row) => row.cells.length === columns);
    if (plain) sortable(table, filterable(table, rows));
    else if (table.tBodies.length > 1) filterable(table, [...table.tBodies]);
  }
})();
