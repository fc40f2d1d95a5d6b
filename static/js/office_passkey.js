// data-passkey: a form whose hidden field `passkey` gets the answer of the browser's passkey dialog.
// "get" shows who one is, "create" makes a passkey; data-passkey-options is what the dialog needs.
"use strict";

(() => {
  const known =
    "PublicKeyCredential" in window && "parseCreationOptionsFromJSON" in window.PublicKeyCredential;
  if (!known) return;

  async function ask(form) {
    const options = JSON.parse(form.dataset.passkeyOptions);
    if (form.dataset.passkey === "create") {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
      return navigator.credentials.create({ publicKey });
    }
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
    return navigator.credentials.get({ publicKey });
  }

  async function press(form) {
    const failed = form.querySelector("[data-passkey-failed]");
    failed.hidden = true;
    try {
      const credential = await ask(form);
      form.elements.passkey.value = JSON.stringify(credential.toJSON());
      form.requestSubmit();
    } catch {
      failed.hidden = false; // closed, or no key at hand
    }
  }

  for (const form of document.querySelectorAll("[data-passkey]")) {
    for (const part of form.querySelectorAll("[data-passkey-part]")) part.hidden = false;
    for (const note of form.querySelectorAll("[data-passkey-missing]")) note.hidden = true;
    form.querySelector("[data-passkey-button]").addEventListener("click", () => press(form));
  }
})();
