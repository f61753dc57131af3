// Answers are saved while one types. Without this script, « Enregistrer » does the same.
"use strict";

document.querySelectorAll("form[data-autosave]").forEach((form) => {
  const status = form.querySelector("[data-saved]");
  const seen = form.querySelector("[name=seen]");
  const pause = 1500; // milliseconds without a key
  let timer = 0;
  let running = false;
  let again = false;
  let leaving = false;

  async function save() {
    if (leaving) return;
    if (running) { again = true; return; }
    running = true;
    const data = new FormData(form);
    data.set("autosave", "oui");
    try {
      const response = await fetch(form.dataset.autosave, { method: "POST", body: data });
      if (response.redirected) throw new Error("signed out");
      const answer = await response.json();
      if (answer.seen) seen.value = answer.seen;
      if (!leaving) status.textContent = answer.words;
    } catch {
      if (!leaving) status.textContent = "Pas enregistré pour l’instant. Utilisez le bouton « Enregistrer ».";
    }
    running = false;
    if (again) { again = false; save(); }
  }

  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, pause); });
  form.addEventListener("submit", () => { leaving = true; clearTimeout(timer); });
});
