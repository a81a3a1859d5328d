/* Searches the episodes that this page lists, in titles and descriptions. Without this file they are all there to read. */
"use strict";

(() => {
  const form = document.querySelector("form.search");
  if (!form) return;
  const field = form.querySelector("input");
  const output = form.querySelector("output");
  const fold = (text) =>
    text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[’]/g, "'").replace(/œ/g, "oe").replace(/\s+/g, " ");
  const lines = [...document.querySelectorAll(".episodes > li")].map((line) => ({ line, text: fold(line.textContent) }));
  const groups = [...document.querySelectorAll(".episodes")].map((list) => ({
    list,
    heading: list.previousElementSibling?.matches(".season") ? list.previousElementSibling : null,
  }));
  form.hidden = false;

  /* Every word must be there, in any order. */
  const search = () => {
    const words = fold(field.value).trim().split(" ");
    let count = 0;
    for (const { line, text } of lines) {
      line.hidden = !words.every((word) => text.includes(word));
      if (!line.hidden) count += 1;
    }
    for (const { list, heading } of groups) {
      list.hidden = !list.querySelector(":scope > li:not([hidden])");
      if (heading) heading.hidden = list.hidden;
    }
    output.textContent = !words[0]
      ? ""
      : count
        ? output.dataset.found.replace("{count}", count).replace("{total}", lines.length)
        : output.dataset.none;
  };

  field.addEventListener("input", search);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    search();
  });
  field.value = new URLSearchParams(location.search).get("q") || "";
  search();
})();
