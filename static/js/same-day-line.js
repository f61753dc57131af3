// Keeps visited line pages for later without a network, and takes back a state (« Ouvert jusqu’à
// 20 h ») that is no longer sure because the page was kept or left open.
"use strict";

const { worker, suggestions } = document.currentScript.dataset;
// Where the browser asks who vouches for a script's address: ours only.
const ours = (path) => {
  if (!/^\/[^/]/.test(path)) throw new TypeError(path);
  return path;
};
const trusted = window.trustedTypes?.createPolicy("orleans-sante", { createScriptURL: ours })
  ?? { createScriptURL: ours };
if ("serviceWorker" in navigator) navigator.serviceWorker.register(trusted.createScriptURL(worker));

// The number comes first: suggestions are fetched only by whoever goes to the box.
document.querySelector("input[data-suggestions]")?.addEventListener("focus", () => {
  const script = document.createElement("script");
  script.src = trusted.createScriptURL(suggestions);
  document.head.append(script);
}, { once: true });

function takeBack() {
  for (const state of document.querySelectorAll("[data-state-until]")) {
    if (Date.now() < Date.parse(state.dataset.stateUntil)) continue;
    state.className = "chip none";
    state.textContent = "Page enregistrée : voyez les horaires";
    delete state.dataset.stateUntil;
  }
}

takeBack();
setInterval(takeBack, 30000);
