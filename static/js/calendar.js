// The calendar by keyboard, as an ARIA grid: arrows move by days and weeks, Home and End within a
// week, PageUp and PageDown by months. Space and Enter choose. Without this script the days are
// the radio buttons that they are anyway.
"use strict";

(() => {
  const DAY = 86400000;
  const grid = () => document.querySelector("[data-calendar]");
  const dayOf = (cell) => cell.dataset.day ?? cell.value;
  const cellOf = (iso) =>
    grid().querySelector(`input[value="${iso}"], td[data-day="${iso}"]`);
  const parse = (iso) => new Date(`${iso}T00:00:00Z`);
  const format = (date) => date.toISOString().slice(0, 10);

  function byMonth(date, months) {
    const moved = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));
    const last = new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0));
    moved.setUTCDate(Math.min(date.getUTCDate(), last.getUTCDate()));
    return moved;
  }

  const MOVES = {
    ArrowLeft: (date) => new Date(date - DAY),
    ArrowRight: (date) => new Date(+date + DAY),
    ArrowUp: (date) => new Date(date - 7 * DAY),
    ArrowDown: (date) => new Date(+date + 7 * DAY),
    Home: (date) => new Date(date - date.getUTCDay() * DAY),
    End: (date) => new Date(+date + (6 - date.getUTCDay()) * DAY),
    PageUp: (date) => byMonth(date, -1),
    PageDown: (date) => byMonth(date, 1),
  };

  function say(text) {
    document.dispatchEvent(new CustomEvent("totetaxi:announce", { detail: text }));
  }

  // The nearest cell in the direction of the move: a grid ends where its days end.
  function nearest(wanted) {
    const days = [...grid().querySelectorAll("input[name=pickup_date], td[data-day]")].map(dayOf);
    const iso = format(wanted);
    if (iso <= days[0]) return days[0];
    return iso >= days.at(-1) ? days.at(-1) : iso;
  }

  function move(from, key) {
    const target = nearest(MOVES[key](parse(from)));
    cellOf(target).focus();
    if (target.slice(0, 7) !== from.slice(0, 7)) {
      const words = { month: "long", year: "numeric", timeZone: "UTC" };
      say(parse(target).toLocaleDateString(document.documentElement.lang, words));
    }
  }

  function choose(input) {
    if (input.checked) return;
    input.checked = true;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  document.addEventListener("keydown", (event) => {
    const cell = event.target.closest?.("[data-calendar] input, [data-calendar] td[data-day]");
    if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key in MOVES) {
      event.preventDefault();
      move(dayOf(cell), event.key);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (cell.value) choose(cell);
      else say(cell.getAttribute("aria-label"));
    }
  });

  // One stop for the Tab key: the chosen day, else the last one that had the focus.
  document.addEventListener("focusin", (event) => {
    if (!event.target.matches("[data-calendar] input")) return;
    for (const input of grid().querySelectorAll("input")) input.tabIndex = -1;
    event.target.tabIndex = 0;
  });

  // The two ways to say a day go together: a typed one is chosen, a chosen one empties the field.
  document.addEventListener("change", (event) => {
    const { name, value } = event.target;
    const typed = document.getElementById("id_other_date");
    if (name === "pickup_date") typed.value = "";
    const chosen = name === "other_date" && value ? cellOf(value) : null;
    if (chosen?.value) chosen.checked = true;
  }, true); // before the form sends itself

  // “Choose Friday” beside the price chooses it here.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#price-panel a[href*='pickup_date='], #price-bar a[href*='pickup_date=']");
    if (!link) return;
    const chosen = cellOf(new URL(link.href).searchParams.get("pickup_date"));
    if (!chosen?.value) return;
    event.preventDefault();
    choose(chosen);
    chosen.focus();
  });
})();
