/* Makes the transcript follow the sound, and be searched. Without this file it is there to read, its times lead to the sound. */
"use strict";

(() => {
  const section = document.querySelector(".transcript");
  const box = section && section.querySelector(".cues");
  const audio = document.querySelector(".player audio");
  if (!box) return;

  const cues = [...box.querySelectorAll("[data-cue]")];
  const starts = cues.map((cue) => Number(cue.dataset.cue));
  const finder = section.querySelector(".finder");
  const field = finder.querySelector("input[type=search]");
  const output = finder.querySelector("output");
  const follow = finder.querySelector("[data-follow]");
  finder.hidden = false;
  if (!audio) follow.parentElement.hidden = true;

  /* Scrolls the transcript's own box, never the page. */
  const reveal = (top, height) => {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const place = top - box.getBoundingClientRect().top + box.scrollTop - (box.clientHeight - height) / 2;
    box.scrollTo({ top: place, behavior: still ? "instant" : "smooth" });
  };
  const revealBox = (found) => {
    const { top, height } = found.getBoundingClientRect();
    reveal(top, height);
  };

  /* The last cue that has started, by halving: this runs four times a second over thousands. */
  const cueAt = (seconds) => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= seconds + 0.05) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };

  let now = -1;
  const mark = () => {
    const next = audio.currentTime > 0 || !audio.paused ? cueAt(audio.currentTime) : -1;
    if (next === now) return;
    cues[now]?.removeAttribute("aria-current");
    cues[next]?.setAttribute("aria-current", "true");
    now = next;
    if (follow.checked && cues[now]) revealBox(cues[now]);
  };

  const seek = (cue) => {
    audio.currentTime = Number(cue.dataset.cue);
    audio.play().catch(() => audio.focus());
  };

  /* One cue at a time can be tabbed to, the arrows go on from there: thousands of tab stops would be a wall. */
  let reached = null;
  const reach = (cue, focus) => {
    if (reached) {
      reached.removeAttribute("tabindex");
      reached.removeAttribute("role");
    }
    reached = cue;
    cue.tabIndex = 0;
    cue.setAttribute("role", "button");
    if (focus) cue.focus({ preventScroll: true });
    if (focus) revealBox(cue);
  };

  if (audio) {
    for (const name of ["timeupdate", "seeked", "play"]) audio.addEventListener(name, mark);
    follow.addEventListener("change", () => follow.checked && cues[now] && revealBox(cues[now]));
    box.addEventListener("click", (event) => {
      const cue = event.target.closest("[data-cue]");
      /* Who marks words to copy them doesn't want to hear them. */
      if (!cue || !getSelection().isCollapsed) return;
      reach(cue, false);
      seek(cue);
    });
    box.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const on = event.target.closest("[data-cue]");
      const steps = { ArrowDown: 1, ArrowUp: -1 };
      if (on && (event.key === "Enter" || event.key === " ")) seek(on);
      else if (on && event.key in steps) {
        const next = cues[cues.indexOf(on) + steps[event.key]];
        if (next) reach(next, true);
      } else if (event.target === box && event.key === "Enter") reach(cues[Math.max(now, 0)], true);
      else return;
      event.preventDefault();
    });
    box.querySelectorAll("a.clock").forEach((link) => (link.tabIndex = -1));
    if (cues[0]) reach(cues[0], false);
  }

  /* Searching: case, accents and kinds of apostrophe and space don't matter; `places` leads back from folded text. */
  const fold = (letter) => {
    const plain = letter.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    return { "’": "'", "\u00a0": " ", "\u202f": " ", œ: "oe", æ: "ae" }[plain] ?? plain;
  };
  let index = null;
  const makeIndex = () => {
    let text = "";
    const places = [];
    cues.forEach((cue, number) => {
      const said = cue.firstChild ? cue.firstChild.data : "";
      for (let at = 0; at < said.length; at += 1) {
        const folded = fold(said[at]);
        text += folded;
        for (let each = 0; each < folded.length; each += 1) places.push([number, at]);
      }
      text += " ";
      places.push([number, said.length]);
    });
    return { text, places };
  };

  const paints = "highlights" in (globalThis.CSS ?? {});
  let hits = [];
  let chosen = -1;
  const rangeOf = ([first, last]) => {
    const range = new Range();
    range.setStart(cues[first[0]].firstChild, first[1]);
    range.setEnd(cues[last[0]].firstChild, last[1] + 1);
    return range;
  };

  const choose = (step) => {
    if (!hits.length) return;
    chosen = (chosen + step + hits.length) % hits.length;
    const { top, height } = hits[chosen].getBoundingClientRect();
    reveal(top, height);
    const cue = hits[chosen].startContainer.parentElement;
    if (audio) reach(cue, false);
    section.querySelector(".hit")?.classList.remove("hit");
    if (paints) CSS.highlights.set("chosen-hit", new Highlight(hits[chosen]));
    else cue.classList.add("hit");
    output.textContent = output.dataset.hit.replace("{current}", chosen + 1).replace("{total}", hits.length);
  };

  const search = () => {
    index ??= makeIndex();
    const words = [...field.value].map(fold).join("").replace(/\s+/g, " ").trim();
    hits = [];
    chosen = -1;
    /* One letter would be found everywhere, and by nobody who looks for it. */
    if (words.length > 1) {
      for (let at = index.text.indexOf(words); at >= 0; at = index.text.indexOf(words, at + words.length)) {
        hits.push(rangeOf([index.places[at], index.places[at + words.length - 1]]));
      }
    }
    if (paints) {
      CSS.highlights.delete("chosen-hit");
      const found = new Highlight();
      hits.forEach((range) => found.add(range));
      CSS.highlights.set("hit", found);
    }
    section.querySelector(".hit")?.classList.remove("hit");
    output.textContent = words.length > 1 && !hits.length ? output.dataset.none : "";
    finder.querySelectorAll("button").forEach((button) => (button.disabled = hits.length < 1));
    choose(1);
  };

  let waiting = 0;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, 120);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && field.value) {
      field.value = "";
      search();
    } else if (event.key === "Enter" && hits.length) choose(event.shiftKey ? -1 : 1);
    else if (event.key !== "Enter") return;
    event.preventDefault();
  });
  finder.addEventListener("submit", (event) => event.preventDefault());
  finder.addEventListener("click", (event) => {
    const button = event.target.closest("[data-hit-step]");
    if (button) choose(Number(button.dataset.hitStep));
  });
})();
