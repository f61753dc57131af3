// Says how far an upload has come. Without this script the form is sent as usual.
//
// <form data-upload>…<p role="status" data-upload-status></p></form>

"use strict";

const STEP = 10; // per cent between two announcements: a screen reader is not flooded

function announce(form, text) {
  form.querySelector("[data-upload-status]").textContent = text;
}

function showAnswer(form, request) {
  const page = request.responseXML;
  const main = page?.querySelector("main");
  const isSamePage = new URL(request.responseURL).pathname === location.pathname;
  if (!main || !isSamePage) {
    location.assign(request.responseURL); // signed out meanwhile, say
    return;
  }
  document.title = page.title;
  document.querySelector("main").replaceWith(document.adoptNode(main));
  (main.querySelector("[autofocus]") || main).focus();
}

function send(form, button) {
  const request = new XMLHttpRequest();
  let announced = 0;
  const fail = () => {
    button.disabled = false;
    announce(form, "L’envoi n’a pas abouti. Vérifiez votre connexion, puis recommencez.");
  };
  request.upload.addEventListener("progress", ({ loaded, total, lengthComputable }) => {
    const percent = lengthComputable ? Math.floor((100 * loaded) / total) : 0;
    if (percent < announced + STEP) return;
    announced = percent;
    announce(form, percent < 100 ? `Envoi en cours : ${percent} %` : "Vérification des fichiers…");
  });
  request.addEventListener("error", fail);
  request.addEventListener("load", () => {
    if (request.status < 400) showAnswer(form, request);
    else fail();
  });
  request.open("POST", form.action);
  request.responseType = "document";
  request.send(new FormData(form));
  button.disabled = true;
  announce(form, "Envoi en cours…");
}

// On the document: the form is replaced with each answer.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-upload]")) return;
  if (!form.querySelector("input[type=file]").files.length) return; // the server says so
  event.preventDefault();
  send(form, event.submitter || form.querySelector("button"));
});
