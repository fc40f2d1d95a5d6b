// The calendar of vans by keyboard and by dragging. Arrows move from day to day, PageUp and PageDown
// turn the page, v opens the menu of vans of the booking one is at, d leads to another day. Dragging
// presses what the menu has: another van of the day, or the page for another day. Nothing depends
// on this script.
"use strict";

(() => {
  const DAY = 86400000;
  const single = document.querySelector("[data-single-keys]")?.dataset.singleKeys === "on";

  // --- days -------------------------------------------------------------------------------------
  const days = () => [...document.querySelectorAll("[data-days] a[data-day]")];
  const turn = (key) => document.querySelector(`[data-turn="${key}"]`);
  const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

  function later(iso, count) {
    return new Date(+new Date(`${iso}T00:00:00Z`) + count * DAY).toISOString().slice(0, 10);
  }

  function moveDay(from, key) {
    const wanted = later(from, STEPS[key]);
    const link = days().find((day) => day.dataset.day === wanted);
    if (link) link.focus();
    return Boolean(link);
  }

  function moveTo(end) {
    const all = days();
    (end === "Home" ? all[0] : all.at(-1)).focus();
  }

  // One stop for the Tab key among the days of a month: the last one that had the focus.
  function rove(link) {
    for (const day of document.querySelectorAll("table[data-days] a[data-day]")) day.tabIndex = day === link ? 0 : -1;
  }
  if (document.querySelector("table[data-days]")) {
    rove(document.querySelector(".is-today a[data-day]") ?? document.querySelector("td:not(.is-other) a[data-day]"));
    document.addEventListener("focusin", (event) => {
      if (event.target.matches("a[data-day]")) rove(event.target);
    });
  }

  function onDay(event, from) {
    if (event.key in STEPS) return moveDay(from, event.key);
    if (event.key === "Home" || event.key === "End") moveTo(event.key);
    else if (turn(event.key)) turn(event.key).click();
    else return false;
    return true;
  }

  // --- the booking that one is at ------------------------------------------------------------------
  const current = () =>
    document.activeElement.closest(".cal-card") ?? document.querySelector(".cal-card.is-selected");

  function openMenu(card) {
    const menu = card?.querySelector(".cal-menu");
    if (!menu) return false;
    menu.open = true;
    (menu.querySelector("button, a") ?? menu.querySelector("summary")).focus();
    return true;
  }

  function otherDay(card) {
    const link = card?.querySelector("[data-other-day]");
    link?.click();
    return Boolean(link);
  }

  function closeMenu(back) {
    const menu = document.querySelector(".cal-menu[open]");
    if (!menu) return false;
    menu.open = false;
    if (back) menu.querySelector("summary").focus();
    return true;
  }

  function act(event) {
    if (event.key === "Escape") return closeMenu(true);
    const link = event.target.closest("[data-days] a[data-day]");
    if (link && onDay(event, link.dataset.day)) return true;
    if (!single || event.target.matches("input, select, textarea")) return false;
    if (event.key === "v") return openMenu(current());
    if (event.key === "d") return otherDay(current());
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return false;
    return event.target === document.body && startDay(event.key);
  }

  // From nowhere, an arrow begins at today, or turns the page of a single day.
  function startDay(key) {
    if (turn(key)) turn(key).click();
    else (document.querySelector(".is-today a[data-day]") ?? days()[0])?.focus();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (act(event)) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".cal-menu")) closeMenu(false);
  });

  // --- dragging -----------------------------------------------------------------------------------
  let dragged = null;
  const grid = document.querySelector("[data-drag]");
  const cellOf = (target) => target.closest?.("[data-drag] [data-van]");
  const dateOf = (cell) => cell.closest("[data-date]").dataset.date;

  function drop(card, cell) {
    const date = dateOf(cell);
    if (date !== card.dataset.date) {
      const link = card.querySelector("[data-other-day]");
      if (!link) return openMenu(card);
      const url = new URL(link.href);
      url.searchParams.set("pickup_date", date);
      url.searchParams.set("pickup_time", card.dataset.time);
      return location.assign(url);
    }
    const button = card.querySelector(`button[name=van][value="${cell.dataset.van}"]`);
    if (button) return button.form.requestSubmit(button);
    return cell.contains(card) || openMenu(card); // its menu says why not
  }

  for (const card of grid?.querySelectorAll(".cal-card:has(.cal-menu)") ?? []) card.draggable = true;
  grid?.addEventListener("dragstart", (event) => {
    dragged = event.target.closest(".cal-card[draggable]");
    if (!dragged) return;
    event.dataTransfer.setData("text/plain", dragged.dataset.code);
    dragged.classList.add("is-dragged");
  });
  grid?.addEventListener("dragover", (event) => {
    const cell = dragged && cellOf(event.target);
    if (!cell) return;
    event.preventDefault();
    for (const other of grid.querySelectorAll(".is-drop")) other.classList.toggle("is-drop", other === cell);
    cell.classList.add("is-drop");
  });
  grid?.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    for (const cell of grid.querySelectorAll(".is-drop")) cell.classList.remove("is-drop");
    dragged = null;
  });
  grid?.addEventListener("drop", (event) => {
    const cell = dragged && cellOf(event.target);
    if (!cell) return;
    event.preventDefault();
    drop(dragged, cell);
  });
})();
