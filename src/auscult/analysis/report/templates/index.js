"use strict";
(() => {
  const page = document.documentElement;
  page.dataset.errors = "0";
  window.addEventListener("error", () => { page.dataset.errors = String(Number(page.dataset.errors) + 1); });

  const body = document.querySelector("#recordings tbody");
  const rows = [...body.rows].map((row, place) => ({
    row, place, data: row.dataset, text: `${row.cells[0].textContent} ${row.querySelector(".warnings").textContent}`.toLowerCase(),
  }));
  const headings = [...document.querySelectorAll("#recordings [data-sort]")];
  const choice = document.getElementById("sort");
  const search = document.getElementById("search");
  const chips = [...document.querySelectorAll("[aria-pressed]")];
  const collator = new Intl.Collator("en", { numeric: true });
  const largestFirst = new Set(["sure", "events", "rate", "seconds"]);
  const orders = {
    name: (a, b) => collator.compare(a.data.name, b.data.name),
    finding: (a, b) => collator.compare(a.data.rank, b.data.rank) || Number(b.data.sure) - Number(a.data.sure),
  };
  const byNumber = (key) => (a, b) => Number(a.data[key]) - Number(b.data[key]);

  const sort = (key, descending) => {
    const order = orders[key] ?? byNumber(key);
    rows.sort((a, b) => (descending ? order(b, a) : order(a, b)) || a.place - b.place);
    body.append(...rows.map((one) => one.row));
    headings.forEach((heading) => {
      const chosen = heading.dataset.sort === key;
      heading.setAttribute("aria-sort", chosen ? (descending ? "descending" : "ascending") : "none");
    });
    choice.value = key;
  };
  const filter = () => {
    const finding = chips.find((chip) => chip.getAttribute("aria-pressed") === "true")?.dataset.finding;
    const words = search.value.toLowerCase();
    let shown = 0;
    for (const { row, data, text } of rows) {
      row.hidden = (finding !== undefined && data.finding !== finding) || !text.includes(words);
      shown += !row.hidden;
    }
    document.getElementById("shown").textContent = shown === rows.length ? "" : `${shown} of ${rows.length} shown`;
  };

  headings.forEach((heading) => {
    const key = heading.dataset.sort;
    const button = heading.querySelector("button");
    choice.add(new Option(button.textContent, key));
    button.addEventListener("click", () => {
      const now = heading.getAttribute("aria-sort");
      sort(key, now === "none" ? largestFirst.has(key) : now === "ascending");
    });
  });
  choice.selectedIndex = -1;
  choice.addEventListener("change", () => sort(choice.value, largestFirst.has(choice.value)));
  chips.forEach((chip) => {
    chip.addEventListener("click", () => {
      const on = chip.getAttribute("aria-pressed") !== "true";
      chips.forEach((one) => one.setAttribute("aria-pressed", String(on && one === chip)));
      filter();
    });
  });
  search.addEventListener("input", filter);
  search.form.addEventListener("submit", (event) => event.preventDefault());
  page.dataset.ready = "true";
})();
