// data-passkey: a form that fills in its `credential` by the browser's own dialog, then sends itself.
// login: asks the form's address for the challenge; get, create: #passkey-data holds it.
// Needs mfa/js/webauthn-json.js. The forms are hidden until this script is there.
"use strict";

(() => {
  const { webauthnJSON } = window;

  const readOptions = () => JSON.parse(document.getElementById("passkey-data").textContent);

  const dialogs = {
    async login(form) {
      const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error("no challenge");
      return webauthnJSON.get((await answer.json()).request_options);
    },
    get: () => webauthnJSON.get(readOptions().request_options),
    create(form) {
      const options = readOptions().creation_options;
      const alone = form.elements.passwordless.checked;
      const wanted = options.publicKey.authenticatorSelection;
      wanted.residentKey = alone ? "required" : "discouraged";
      wanted.requireResidentKey = alone;
      if (alone) wanted.userVerification = "required";
      return webauthnJSON.create(options);
    },
  };

  async function ask(form) {
    const trouble = form.querySelector("[data-passkey-trouble]");
    trouble.hidden = true;
    try {
      const credential = await dialogs[form.dataset.passkey](form);
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch {
      trouble.hidden = false;
    }
  }

  if (!webauthnJSON?.supported()) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(form);
    });
  }
})();
