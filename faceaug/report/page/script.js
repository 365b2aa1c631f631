"use strict";
// Everything stands on the page without this; it only chooses what is shown.
const all = (what) => Array.from(document.querySelectorAll(what));
const by = (id) => document.getElementById(id);

by("theme").hidden = false;
by("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  by("theme").setAttribute("aria-pressed", String(!dark));
});

all(".controls").forEach((node) => { node.hidden = false; });

if (by("gap-level")) {
  const rows = all("[data-gap]");
  const show = () => {
    const level = by("gap-level").value, state = by("gap-state").value, word = by("gap-word").value.trim().toLowerCase();
    let count = 0;
    rows.forEach((row) => {
      const fits = (!level || row.dataset.level === level) && (!state || row.dataset.state === state) &&
        (!word || row.dataset.words.toLowerCase().includes(word));
      row.hidden = !fits;
      count += fits ? 1 : 0;
    });
    by("gap-count").textContent = count + " of " + rows.length + " shown";
  };
  ["gap-level", "gap-state"].forEach((id) => by(id).addEventListener("change", show));
  by("gap-word").addEventListener("input", show);
  show();
}

if (by("pair")) {
  const show = () => {
    all("[data-pair]").forEach((node) => { node.hidden = node.dataset.pair !== by("pair").value; });
    all(".heat td").forEach((cell) => {
      const given = cell.dataset[by("count").value];
      if (given !== undefined) cell.textContent = given;
    });
  };
  ["pair", "count"].forEach((id) => by(id).addEventListener("change", show));
  show();
}
