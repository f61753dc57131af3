// Passkeys: show their forms where the browser has them, and say in French what went wrong.
// The ceremony itself is allauth's (mfa/js/webauthn.js), loaded before this file.
(function () {
  "use strict";

  const sentences = {
    NotAllowedError: "La demande a été annulée, ou elle a duré trop longtemps. Recommencez.",
    InvalidStateError: "Cet appareil a déjà une clé d’accès pour ce compte.",
    SecurityError: "Votre navigateur refuse les clés d’accès sur cette page.",
  };
  const otherwise = "La clé d’accès n’a pas répondu. Choisissez un autre moyen.";
  const forms = document.querySelectorAll("form[data-passkey]");

  if (window.PublicKeyCredential) {
    forms.forEach((form) => { form.hidden = false; });
  }

  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const sentence = sentences[event.detail.exception.name] || otherwise;
    forms.forEach((form) => {
      form.querySelector("[data-passkey-error]").textContent = sentence;
    });
  });
})();
