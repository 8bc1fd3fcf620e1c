// Brushing: the row of a patient in the heat map and in the table light up together, a drug's column with its name;
// wells of a plate that hold the same treatment light up together. Everything it shows can be read without it.
"use strict";
(() => {
  const pairs = (root, lit) => {
    for (const row of root) {
      for (const event of ["mouseenter", "focusin"]) row.addEventListener(event, () => lit(row, true));
      for (const event of ["mouseleave", "focusout"]) row.addEventListener(event, () => lit(row, false));
    }
  };

  const heat = document.querySelector("#heat");
  if (heat) {
    const above = [...heat.tBodies[0].rows];
    const below = [...document.querySelectorAll("table.grid tbody tr")];
    const together = (row, on) => {
      const at = Math.max(above.indexOf(row), below.indexOf(row));
      for (const one of [above[at], below[at]]) one?.classList.toggle("lit", on);
    };
    if (above.length === below.length) pairs([...above, ...below], together);
    let column = -1;
    const mark = (on) => {
      if (column < 0) return;
      for (const row of heat.rows) row.cells[column]?.classList.toggle("across", on);
    };
    heat.addEventListener("mouseover", (event) => {
      const cell = event.target.closest("td, th");
      mark(false);
      column = cell ? cell.cellIndex : -1;
      if (column > 0) mark(true);
    });
    heat.addEventListener("mouseleave", () => mark(false));
  }

  const wells = [...document.querySelectorAll("#plates td[data-treatment]")];
  pairs(wells, (well, on) => {
    for (const one of wells) if (one.dataset.treatment === well.dataset.treatment) one.classList.toggle("lit", on);
  });
})();
