/* Makes the page's own player follow its chapters, keys and links. Without this file the page still plays and reads.
   What it remembers (position, speed, whether keys are wanted) stays in this browser: it asks no server anything. */
"use strict";

(() => {
  const player = document.querySelector(".player");
  const audio = player && player.querySelector("audio");
  if (!audio) return;

  const links = [...document.querySelectorAll("a[data-seek]")];
  const chapters = [...document.querySelectorAll(".chapters a[data-seek]")];
  const starts = chapters.map((link) => Number(link.dataset.seek));
  const part = (selector) => player.querySelector(selector);
  const transport = part(".transport");
  const waveform = part(".waveform");
  const speed = part("[data-speed]");
  const told = part(".told");

  const clock = (seconds) => {
    const [h, m, s] = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map(Math.floor);
    const two = (number) => String(number).padStart(2, "0");
    return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
  };

  /* Browsers may refuse storage (private windows, settings, pages from a folder): then nothing is remembered. */
  const memory = (() => {
    const place = (name) => `podtool:${name}`;
    const attempt = (act) => {
      try {
        return act();
      } catch {
        return null;
      }
    };
    return {
      get: (name) => attempt(() => localStorage.getItem(place(name))),
      set: (name, value) => attempt(() => localStorage.setItem(place(name), value)),
      drop: (name) => attempt(() => localStorage.removeItem(place(name))),
    };
  })();
  const here = `at:${new URL(part("source").getAttribute("src"), location.href).href}`;

  /* The chapter that plays: the last that has started; a hair of tolerance, since seeking lands a little early. */
  const current = () => starts.findLastIndex((start) => start <= audio.currentTime + 0.05);

  const show = () => {
    const now = current();
    const touched = audio.currentTime > 0 || !audio.paused;
    chapters.forEach((link, index) => {
      if (touched && index === now) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
    if (waveform && audio.duration > 0) {
      waveform.style.setProperty("--played", `${(100 * audio.currentTime) / audio.duration}%`);
    }
  };

  const seek = (seconds, play) => {
    const end = Number.isFinite(audio.duration) ? audio.duration : Infinity;
    audio.currentTime = Math.min(Math.max(seconds, 0), end);
    show();
    if (play) audio.play().catch(() => audio.focus());
  };
  const skip = (seconds) => seek(audio.currentTime + seconds, false);
  const toggle = () => (audio.paused ? audio.play().catch(() => audio.focus()) : audio.pause());

  const stepChapter = (step) => {
    const now = current();
    /* Back means to this chapter's start, unless it has only just begun. */
    const stays = step < 0 && now >= 0 && audio.currentTime - starts[now] > 3;
    const wanted = Math.max(stays ? now : now + step, 0);
    if (wanted < starts.length) seek(starts[wanted], false);
  };

  /* «#t=83», «#t=1:23» (Media Fragments 1.0) and «?t=1:23», so that a moment can be shared. */
  const moment = () => {
    const asked = new URLSearchParams(location.search).get("t");
    const written = location.hash.startsWith("#t=") ? location.hash.slice(3) : asked;
    const found = /^(?:npt:)?((?:\d{1,3}:)?(?:\d{1,2}:)?\d{1,6}(?:\.\d{1,3})?)s?$/.exec(written || "");
    return found && found[1].split(":").reduce((total, one) => 60 * total + Number(one), 0);
  };
  const fromAddress = () => {
    const seconds = moment();
    if (seconds === null) return false;
    seek(seconds, false);
    player.scrollIntoView({ block: "nearest" });
    return true;
  };

  const setAddress = (seconds) => {
    try {
      history.replaceState(null, "", `#t=${seconds}`);
    } catch {
      /* Some browsers refuse this for pages opened from a folder; the sound has moved all the same. */
    }
  };

  links.forEach((link) => {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      seek(Number(link.dataset.seek), true);
      setAddress(link.dataset.seek);
    });
  });

  const copyLink = async () => {
    const seconds = Math.floor(audio.currentTime);
    const address = (player.dataset.link || location.href.split("#")[0]) + `#t=${seconds}`;
    try {
      await navigator.clipboard.writeText(address);
      told.textContent = told.dataset.copied.replace("{time}", clock(seconds));
    } catch {
      setAddress(seconds);
      told.textContent = told.dataset.notCopied;
    }
  };

  const dialog = part("dialog");
  const wanted = part("[data-keys]");
  if (transport) {
    transport.hidden = false;
    transport.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      if (button.dataset.skip) skip(Number(button.dataset.skip));
      if (button.dataset.chapter) stepChapter(Number(button.dataset.chapter));
      if ("copyLink" in button.dataset) copyLink();
      if ("openKeys" in button.dataset) dialog.showModal();
    });
  }

  const keys = {
    " ": toggle,
    k: toggle,
    j: () => skip(-15),
    l: () => skip(30),
    ArrowLeft: () => skip(-5),
    ArrowRight: () => skip(5),
    c: () => stepChapter(1),
    C: () => stepChapter(-1),
    m: () => (audio.muted = !audio.muted),
    "?": () => dialog && dialog.showModal(),
  };
  /* Keys that a field or the browser's own player has a use for stay theirs; so does Space on what can be pressed. */
  const typing = "input, textarea, select, audio, dialog, [contenteditable]";
  const pressed = "a, button, summary, [role=button]";
  addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest?.(typing) || (event.key === " " && event.target.closest?.(pressed))) return;
    if (wanted && !wanted.checked && event.key !== "?") return;
    event.preventDefault();
    act();
  });
  if (wanted) {
    wanted.checked = memory.get("keys") !== "off";
    wanted.addEventListener("change", () => memory.set("keys", wanted.checked ? "on" : "off"));
  }

  if (speed) {
    const before = memory.get("speed");
    if ([...speed.options].some((option) => option.value === before)) speed.value = before;
    const apply = () => {
      audio.playbackRate = Number(speed.value);
    };
    apply();
    speed.addEventListener("change", () => {
      apply();
      memory.set("speed", speed.value);
    });
    /* Players reset the rate when a file is loaded; the list says what was chosen. */
    audio.addEventListener("loadeddata", apply);
  }

  if (waveform) {
    waveform.classList.add("seeks");
    waveform.addEventListener("click", (event) => {
      const box = waveform.getBoundingClientRect();
      if (audio.duration > 0) seek((audio.duration * (event.clientX - box.left)) / box.width, true);
    });
  }

  /* Where one was: not worth a word at the very start, and done with near the end. */
  let saved = 0;
  const remember = () => {
    const left = audio.duration - audio.currentTime;
    if (audio.ended || left < 15) memory.drop(here);
    else if (audio.currentTime > 10) memory.set(here, audio.currentTime.toFixed(1));
    saved = Date.now();
  };
  audio.addEventListener("timeupdate", () => {
    if (!audio.paused && Date.now() - saved > 5000) remember();
  });
  for (const name of ["pause", "ended"]) audio.addEventListener(name, remember);
  addEventListener("pagehide", () => audio.played.length && remember());

  if ("mediaSession" in navigator) {
    const cover = player.dataset.cover;
    navigator.mediaSession.metadata = new MediaMetadata({
      title: player.dataset.title,
      artist: player.dataset.show,
      album: player.dataset.show,
      artwork: cover && location.protocol !== "file:" ? [{ src: new URL(cover, location.href).href }] : [],
    });
    const actions = {
      seekbackward: (details) => skip(-(details.seekOffset || 15)),
      seekforward: (details) => skip(details.seekOffset || 30),
      seekto: (details) => seek(details.seekTime, false),
      ...(starts.length && { previoustrack: () => stepChapter(-1), nexttrack: () => stepChapter(1) }),
    };
    for (const [name, act] of Object.entries(actions)) {
      try {
        navigator.mediaSession.setActionHandler(name, act);
      } catch {
        /* Not every browser knows every action. */
      }
    }
  }

  for (const name of ["timeupdate", "seeked", "play", "loadedmetadata", "durationchange"]) {
    audio.addEventListener(name, show);
  }
  addEventListener("hashchange", fromAddress);
  if (!fromAddress()) {
    const before = Number(memory.get(here));
    if (before > 0) {
      seek(before, false);
      told.textContent = told.dataset.resumed.replace("{time}", clock(before));
    }
  }
})();
