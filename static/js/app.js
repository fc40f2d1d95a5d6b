// Behaviour that every page shares. Nothing depends on it: data attributes say where it helps.
"use strict";

(() => {
  const all = (root, selector) => [
    ...(root.matches?.(selector) ? [root] : []),
    ...root.querySelectorAll(selector),
  ];

  // --- Speaking: one polite voice, the last word wins -------------------------------------------
  let speaking;
  function announce(text) {
    clearTimeout(speaking);
    speaking = setTimeout(() => {
      document.getElementById("announcer").textContent = text;
    }, 300);
  }
  document.addEventListener("totetaxi:announce", (event) => announce(event.detail));

  // --- data-quantity: buttons beside a number field ---------------------------------------------
  function showLimits(box) {
    const input = box.querySelector("input");
    const value = Number(input.value) || 0;
    for (const button of box.querySelectorAll("[data-step]")) {
      const limit = Number(button.dataset.step) < 0 ? input.min : input.max;
      button.setAttribute("aria-disabled", String(limit !== "" && value === Number(limit)));
    }
  }

  function enliven(box) {
    box.classList.add("quantity-live");
    for (const button of box.querySelectorAll("[data-step]")) button.hidden = false;
    showLimits(box);
  }

  function step(button) {
    if (button.getAttribute("aria-disabled") === "true") return;
    const box = button.closest("[data-quantity]");
    const input = box.querySelector("input");
    const floor = input.min === "" ? -Infinity : Number(input.min);
    const ceiling = input.max === "" ? Infinity : Number(input.max);
    const wanted = (Math.trunc(Number(input.value)) || 0) + Number(button.dataset.step);
    input.value = String(Math.min(ceiling, Math.max(floor, wanted)));
    showLimits(box);
    announce(input.value);
    for (const name of ["input", "change"]) input.dispatchEvent(new Event(name, { bubbles: true }));
  }

  document.addEventListener("input", (event) => {
    const box = event.target.closest?.("[data-quantity]");
    if (box) showLimits(box);
  });

  // --- data-focus-field: a link of the error summary leads into its field -----------------------
  function focusField(link) {
    const field = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return false;
    (field.closest(".field, fieldset") ?? field).scrollIntoView({ block: "start" });
    field.focus({ preventScroll: true });
    return true;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (button) step(button);
    const link = event.target.closest("[data-focus-field]");
    if (link && focusField(link)) event.preventDefault();
    for (const menu of document.querySelectorAll("[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  // --- data-menu: a fold that closes by Escape and by a click elsewhere -------------------------
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // --- data-busy: a button says that its form is on its way, and sends it once ------------------
  const busy = new Map();

  function release(form) {
    const sent = busy.get(form);
    if (!sent) return;
    clearTimeout(sent.timer);
    sent.words.textContent = sent.was;
    sent.button.removeAttribute("aria-disabled");
    busy.delete(form);
  }

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (busy.has(form)) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      const button = event.submitter;
      if (!button?.dataset.busy) return;
      const words = button.querySelector("span") ?? button;
      const timer = setTimeout(() => release(form), 20000);
      busy.set(form, { button, words, was: words.textContent, timer });
      words.textContent = button.dataset.busy;
      button.setAttribute("aria-disabled", "true");
    },
    true,
  );
  document.addEventListener("htmx:afterRequest", (event) => release(event.target.closest("form")));
  window.addEventListener("pageshow", () => [...busy.keys()].forEach(release));

  // --- data-connection: told when the site does not answer, gone when it does -------------------
  function showConnection(lost) {
    const notice = document.querySelector("[data-connection]");
    if (notice) notice.hidden = !lost;
  }
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(name, () => showConnection(true));
  }
  document.addEventListener("htmx:afterOnLoad", (event) => {
    if (event.detail.successful) showConnection(false);
  });

  // --- What comes with the page, and with every fragment ----------------------------------------
  function arrive(root, swapped) {
    all(root, "[data-quantity]").forEach(enliven);
    const heading = swapped ? all(root, "[data-focus-after-swap]")[0] : undefined;
    (all(root, "[data-focus-now]")[0] ?? heading)?.focus();
    if (swapped) all(root, "[data-announce]").forEach((element) => announce(element.textContent));
  }

  arrive(document.body, false);
  document.addEventListener("htmx:load", (event) => {
    if (event.detail.elt !== document.body) arrive(event.detail.elt, true);
  });
})();
