// data-copy: a button that copies the field whose id it names. data-print: one that prints.
// Both are hidden until this script is there. data-select: a field that selects itself.
"use strict";

(() => {
  const speak = (text) =>
    document.dispatchEvent(new CustomEvent("totetaxi:announce", { detail: text }));

  function show(root) {
    const copies = navigator.clipboard ? "[data-copy], [data-print]" : "[data-print]";
    for (const button of root.querySelectorAll(copies)) button.hidden = false;
  }

  async function copy(button) {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.firstElementChild.textContent = button.dataset.copied;
    speak(button.dataset.copied);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy], [data-print]");
    if (button?.matches("[data-copy]")) copy(button);
    if (button?.matches("[data-print]")) window.print();
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-select]")) event.target.select();
  });

  show(document);
  document.addEventListener("htmx:load", (event) => show(event.detail.elt));
})();
