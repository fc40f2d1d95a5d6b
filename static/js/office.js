// The back office by keyboard: rows, menu, palette, the list of keys; and the clock of New York.
// Nothing depends on it: every key presses something that is on the page.
"use strict";

(() => {
  const palette = document.getElementById("palette");
  const field = document.getElementById("palette-field");
  const keys = document.getElementById("keys");
  const top = document.querySelector("[data-single-keys]");
  const single = () => top?.dataset.singleKeys === "on";
  const isShown = (element) => element.getClientRects().length > 0;

  // --- the palette -------------------------------------------------------------------------------
  function openPalette(text = "") {
    if (!palette.open) palette.showModal();
    field.value = text;
    field.focus();
    field.dispatchEvent(new Event("palette-open"));
  }

  const hits = () => [...palette.querySelectorAll("[data-hit]")];

  function moveInPalette(step) {
    const stops = [field, ...hits()];
    const at = stops.indexOf(document.activeElement);
    // The first hit counts as chosen while one types: down goes to the second.
    const next = at === 0 && step > 0 ? 2 : at + step;
    stops[Math.min(Math.max(next, 0), stops.length - 1)].focus();
  }

  palette?.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      moveInPalette(event.key === "ArrowDown" ? 1 : -1);
    }
  });
  palette?.addEventListener("submit", (event) => {
    const [first] = hits();
    if (!first) return; // the page of results says that there is none
    event.preventDefault();
    first.click();
  });

  // The search of the top bar hands over as soon as somebody clicks it or types in it.
  for (const opener of document.querySelectorAll("[data-opens-palette]")) {
    opener.addEventListener("click", (event) => {
      event.preventDefault();
      openPalette();
    });
    opener.addEventListener("input", () => {
      openPalette(opener.value);
      opener.value = "";
    });
  }

  for (const dialog of document.querySelectorAll(".office dialog")) {
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
  }

  for (const opener of document.querySelectorAll("[data-opens-keys]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => keys.showModal());
  }

  // --- rows: data-rows holds elements with data-row, each with a data-row-link ---------------------
  const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")].filter(isShown);
  const currentRow = () =>
    document.activeElement.closest("[data-row]") ?? document.querySelector("[data-row].is-selected");

  function moveRow(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(currentRow());
    const next = all[at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1)];
    for (const row of all) row.classList.toggle("is-selected", row === next);
    const link = next.querySelector("[data-row-link]");
    link.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  const openRow = () => currentRow()?.querySelector("[data-row-link]")?.click();
  const chooseRow = () => currentRow()?.querySelector("input[type=checkbox]")?.click();

  // --- the tick that ticks all of a page: without this script it would do nothing, so it is hidden --
  const showTicks = () => {
    for (const tick of document.querySelectorAll("[data-tick-all]")) tick.hidden = false;
  };
  showTicks();
  document.addEventListener("htmx:afterSettle", showTicks);
  document.addEventListener("change", ({ target }) => {
    if (!target.matches("[data-tick-all]")) return;
    for (const tick of target.closest("table").querySelectorAll("tbody input[type=checkbox]")) {
      tick.checked = target.checked;
    }
  });

  // --- single keys ----------------------------------------------------------------------------------
  let goes = 0; // when g was pressed: the next key names a page

  function go(key) {
    const link = [...document.querySelectorAll(`[data-go="${CSS.escape(key)}"]`)][0];
    link?.click();
    return Boolean(link);
  }

  // An element with data-key is pressed by that key, or takes the focus if it is a field.
  function press(key) {
    const element = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(isShown);
    if (!element) return false;
    if (element.matches("input, select, textarea")) element.focus();
    else element.click();
    return true;
  }

  const ACTS = {
    "/": () => openPalette(),
    "?": () => keys.showModal(),
    j: () => moveRow(1),
    k: () => moveRow(-1),
    o: openRow,
    x: chooseRow,
  };

  function act(key) {
    if (goes && Date.now() - goes < 1500) {
      goes = 0;
      return go(key);
    }
    goes = key === "g" ? Date.now() : 0;
    if (goes) return true;
    if (press(key)) return true;
    ACTS[key]?.();
    return key in ACTS;
  }

  const isTyping = (element) =>
    element.isContentEditable || element.matches("input:not([type=checkbox], [type=radio]), select, textarea");

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey) {
      event.preventDefault();
      openPalette();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || !single()) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (act(event.key)) event.preventDefault();
  });

  // --- what one may no longer do: the answer to a piece takes the page's place -----------------------
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status !== 403) return;
    event.detail.shouldSwap = true;
    event.detail.isError = false;
    event.detail.target = document.getElementById("main");
    palette?.close();
  });

  // --- the clock ---------------------------------------------------------------------------------------
  const clock = document.querySelector("[data-clock]");
  const day = new Intl.DateTimeFormat("en-US", {
    timeZone: "America/New_York", weekday: "short", month: "short", day: "numeric",
  });
  const time = new Intl.DateTimeFormat("en-US", {
    timeZone: "America/New_York", hour: "numeric", minute: "2-digit",
  });

  function showTime() {
    const now = new Date();
    clock.textContent = clock.dataset.clock.replace("{moment}", `${day.format(now)} · ${time.format(now)}`);
  }
  if (clock) setInterval(showTime, 10000);
})();
