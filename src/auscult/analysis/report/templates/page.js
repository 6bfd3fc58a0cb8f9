"use strict";
(() => {
  const page = document.documentElement;
  page.dataset.errors = "0";
  window.addEventListener("error", () => { page.dataset.errors = String(Number(page.dataset.errors) + 1); });

  const audio = document.querySelector("audio");
  const strips = [...document.querySelectorAll(".strip")].map((strip) => ({
    start: Number(strip.dataset.start),
    end: Number(strip.dataset.end),
    area: strip.querySelector(".sound"),
    cursor: strip.querySelector(".cursor"),
    element: strip,
  }));
  const events = [...document.querySelectorAll("tr[data-event]")].map((row) => ({
    row,
    start: Number(row.querySelector("[data-play]").dataset.play),
    marks: document.querySelectorAll(`i[data-event="${row.dataset.event}"]`),
  }));
  // The sound holds parts of the recording, one after the other.
  let reached = 0;
  const parts = JSON.parse(document.getElementById("data").textContent).parts.map(([start, end]) => {
    const part = { start, end, at: reached };
    reached += end - start;
    return part;
  });

  const inSound = (time) => {
    const part = parts.find((one) => time < one.end) ?? parts.at(-1);
    return part.at + Math.max(0, Math.min(time, part.end) - part.start);
  };
  const inRecording = (place) => {
    const part = parts.findLast((one) => place >= one.at) ?? parts[0];
    return Math.min(part.start + place - part.at, part.end);
  };
  const clock = (time) => {
    const minutes = Math.floor(time / 60);
    const seconds = (time - 60 * minutes).toFixed(1);
    return minutes ? `${minutes}:${seconds.padStart(4, "0")}` : `${seconds} s`;
  };

  const now = document.getElementById("now");
  const show = () => {
    const time = inRecording(audio.currentTime);
    now.textContent = `at ${clock(time)}`;
    strips.forEach((strip, number) => {
      const here = time >= strip.start && (time < strip.end || number === strips.length - 1);
      strip.cursor.style.display = here ? "block" : "none";
      strip.cursor.style.left = `${(100 * (time - strip.start)) / (strip.end - strip.start)}%`;
    });
    page.dataset.time = time.toFixed(3);
  };
  const follow = () => {
    show();
    if (!audio.paused) requestAnimationFrame(follow);
  };
  const playFrom = (time) => {
    audio.currentTime = inSound(time);
    show();
    audio.play().catch(() => {});
  };
  const mark = (number, on) => {
    events[number].row.classList.toggle("now", on);
    events[number].marks.forEach((one) => one.classList.toggle("now", on));
  };

  const startSound = () => {
    audio.addEventListener("play", follow);
    for (const kind of ["seeked", "timeupdate", "loadedmetadata"]) audio.addEventListener(kind, show);
    strips.forEach((strip) => {
      strip.element.addEventListener("click", (click) => {
        const event = click.target.dataset.event;
        const box = strip.area.getBoundingClientRect();
        const share = Math.max(0, Math.min(1, (click.clientX - box.left) / box.width));
        playFrom(event === undefined ? strip.start + share * (strip.end - strip.start) : events[event].start);
      });
    });
    document.addEventListener("keydown", (key) => {
      if (key.target.closest("button, input, select, summary, audio, a") || key.ctrlKey || key.metaKey || key.altKey) return;
      if (key.key === " ") audio.paused ? audio.play().catch(() => {}) : audio.pause();
      else if (key.key === "ArrowLeft") audio.currentTime = Math.max(0, audio.currentTime - 1);
      else if (key.key === "ArrowRight") audio.currentTime += 1;
      else return;
      key.preventDefault();
    });
    show();
  };

  events.forEach((event, number) => {
    const button = event.row.querySelector("button");
    if (audio) button.addEventListener("click", () => playFrom(event.start));
    else button.disabled = true;
    for (const kind of ["mouseenter", "focusin"]) event.row.addEventListener(kind, () => mark(number, true));
    for (const kind of ["mouseleave", "focusout"]) event.row.addEventListener(kind, () => mark(number, false));
  });
  document.querySelectorAll("[data-toggle]").forEach((box) => {
    box.addEventListener("change", () => {
      document.querySelectorAll(`.${box.dataset.toggle}`).forEach((one) => { one.hidden = !box.checked; });
    });
  });
  if (audio) startSound();
  page.dataset.ready = "true";
})();
