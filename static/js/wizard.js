// The wizard's form, live: each change is saved and answered with what it changes. Without this
// script the same form is sent by its buttons.
"use strict";

(() => {
  const form = document.querySelector("[data-wizard]");
  if (!form) return;
  const PAUSE = 300; // milliseconds without a keystroke
  const counts = (field) => field.name && !field.closest("[data-apart]");
  const clicked = (field) => field.type === "radio" || field.type === "checkbox";
  let waiting;
  let change = {};
  // An answer that never arrived was saved all the same: the next one must bring everything.
  let behind = false;

  function tell(field, typing) {
    clearTimeout(waiting);
    change = { changed: field.name, typing };
    const send = () => htmx.trigger(form, "wizard:changed");
    if (clicked(field)) send();
    else waiting = setTimeout(send, typing ? PAUSE : 0);
  }

  form.addEventListener("input", (event) => {
    if (counts(event.target) && !clicked(event.target)) tell(event.target, true);
  });
  form.addEventListener("change", (event) => {
    if (counts(event.target)) tell(event.target, false);
  });

  // Answers of one page are numbered: whichever arrives last, the newest is kept.
  const page = crypto.getRandomValues(new Uint32Array(1))[0].toString(36);
  let seq = 0;
  form.addEventListener("formdata", (event) => {
    seq += 1;
    event.formData.set("page", page);
    event.formData.set("seq", String(seq));
  });

  // What the answer should judge: the changed field, and those that show an error now.
  form.addEventListener("htmx:configRequest", (event) => {
    const wrong = [...form.querySelectorAll("[aria-invalid=true]")].map((field) => field.name);
    event.detail.parameters.changed = change.changed;
    if (change.typing) event.detail.parameters.typing = "1";
    event.detail.parameters.wrong = wrong;
    if (behind) event.detail.parameters.behind = "1";
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.target === form) behind = !event.detail.successful;
  });

  // A field is wrong as long as a sentence stands in the place of its errors.
  document.body.addEventListener("htmx:oobAfterSwap", (event) => {
    const place = event.target;
    const field = document.getElementById(place.id.replace(/_error$/, ""));
    if (!place.id.endsWith("_error") || !field) return;
    if (place.childElementCount) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  });

  // Leaving by the form's own button: what is under way is of no interest any more.
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    htmx.trigger(form, "htmx:abort");
  });
})();
