// data-poll: a piece of the page that asks for its newer self, and is swapped when there is one.
//
// <div id="…" data-poll="/address/" data-poll-seconds="15" data-poll-etag='"…"'>
// The answer is the piece anew, or 304. It rests while the page is hidden or somebody is in a field
// of the piece, and ends when a piece comes without data-poll, or when there is nothing (any more)
// at its address.
// data-live is shown while that works, data-unless-live without it.
"use strict";

(() => {
  const GONE = [401, 403, 404, 410];
  const asking = new Set();

  function say() {
    for (const words of document.querySelectorAll("[data-live]")) words.hidden = false;
    for (const words of document.querySelectorAll("[data-unless-live]")) words.hidden = true;
  }

  async function ask(piece) {
    const headers = { "HX-Request": "true" };
    if (piece.dataset.pollEtag) headers["If-None-Match"] = piece.dataset.pollEtag;
    const answer = await fetch(piece.dataset.poll, { headers, cache: "no-store" });
    const elsewhere = answer.headers.get("HX-Redirect");
    if (elsewhere) return window.location.assign(elsewhere);
    if (GONE.includes(answer.status)) return piece.removeAttribute("data-poll");
    if (!answer.ok) return; // 304, or a fault that the next look may not meet
    window.htmx.swap(piece, await answer.text(), { swapStyle: "outerHTML" });
    say();
    const heading = document.querySelector(`#${piece.id} h1`);
    if (heading) {
      document.dispatchEvent(
        new CustomEvent("totetaxi:announce", { detail: heading.textContent }),
      );
    }
  }

  async function look(id) {
    const piece = document.getElementById(id);
    if (!piece?.dataset.poll || document.hidden || asking.has(id)) return;
    if (piece.querySelector("input:focus, textarea:focus")) return;
    asking.add(id);
    try {
      await ask(piece);
    } catch {
      // No connection: the next look asks again.
    } finally {
      asking.delete(id);
    }
  }

  function follow(piece) {
    const { id } = piece;
    const timer = setInterval(() => {
      if (document.getElementById(id)?.dataset.poll) look(id);
      else clearInterval(timer);
    }, Number(piece.dataset.pollSeconds) * 1000);
    document.addEventListener("visibilitychange", () => look(id));
  }

  document.querySelectorAll("[data-poll]").forEach(follow);
  say();
})();
