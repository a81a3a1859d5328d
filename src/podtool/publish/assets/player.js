/* Makes the page's own player follow its chapters. Without this file the page still plays and reads. */
"use strict";

(() => {
  const player = document.querySelector(".player");
  const audio = player && player.querySelector("audio");
  if (!audio) return;

  const links = [...document.querySelectorAll("a[data-seek]")];
  const chapters = [...document.querySelectorAll(".chapters a[data-seek]")];
  const starts = chapters.map((link) => Number(link.dataset.seek));
  const transport = player.querySelector(".transport");
  const waveform = player.querySelector(".waveform");
  const speed = player.querySelector("[data-speed]");

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

  /* «#t=83», «#t=1:23»: Media Fragments 1.0, so that a moment can be shared. */
  const fromAddress = () => {
    const found = /^#t=(?:npt:)?((?:\d{1,3}:)?(?:\d{1,2}:)?\d{1,6}(?:\.\d{1,3})?)$/.exec(location.hash);
    if (!found) return;
    seek(found[1].split(":").reduce((total, part) => 60 * total + Number(part), 0), false);
    player.scrollIntoView({ block: "nearest" });
  };

  links.forEach((link) => {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      seek(Number(link.dataset.seek), true);
      try {
        history.replaceState(null, "", `#t=${link.dataset.seek}`);
      } catch {
        /* Some browsers refuse this for pages opened from a folder; the sound has moved all the same. */
      }
    });
  });

  if (transport) {
    transport.hidden = false;
    transport.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      if (button.dataset.skip) {
        seek(audio.currentTime + Number(button.dataset.skip), false);
        return;
      }
      const step = Number(button.dataset.chapter);
      const now = current();
      /* Back means to this chapter's start, unless it has only just begun. */
      const stays = step < 0 && now >= 0 && audio.currentTime - starts[now] > 3;
      const wanted = Math.max(stays ? now : now + step, 0);
      if (wanted < starts.length) seek(starts[wanted], false);
    });
  }

  if (speed) {
    speed.addEventListener("change", () => {
      audio.playbackRate = Number(speed.value);
    });
    /* Players reset the rate when a file is loaded; the list says what was chosen. */
    audio.addEventListener("loadeddata", () => {
      audio.playbackRate = Number(speed.value);
    });
  }

  if (waveform) {
    waveform.classList.add("seeks");
    waveform.addEventListener("click", (event) => {
      const box = waveform.getBoundingClientRect();
      if (audio.duration > 0) seek((audio.duration * (event.clientX - box.left)) / box.width, true);
    });
  }

  if ("mediaSession" in navigator) {
    const cover = player.dataset.cover;
    navigator.mediaSession.metadata = new MediaMetadata({
      title: player.dataset.title,
      artist: player.dataset.show,
      artwork: cover && location.protocol !== "file:" ? [{ src: new URL(cover, location.href).href }] : [],
    });
  }

  for (const name of ["timeupdate", "seeked", "play", "loadedmetadata", "durationchange"]) {
    audio.addEventListener(name, show);
  }
  addEventListener("hashchange", fromAddress);
  fromAddress();
})();
