// Answers are saved while one types. Without this script, « Enregistrer » does the same.
"use strict";

document.querySelectorAll("form[data-autosave]").forEach((form) => {
  const status = form.querySelector("[data-saved]");
  const seen = form.querySelector("[name=seen]");
  const pause = 1500; // milliseconds without a key
  let timer = 0;
  let running = false;
  let again = false;
  let leaving = null; // the button that was pressed while a save was on its way

  async function save() {
    if (running) { again = true; return; }
    running = true;
    const data = new FormData(form);
    data.set("autosave", "oui");
    try {
      const response = await fetch(form.dataset.autosave, { method: "POST", body: data });
      if (response.redirected) throw new Error("signed out");
      const answer = await response.json();
      if (answer.seen) seen.value = answer.seen;
      status.textContent = answer.words;
    } catch {
      status.textContent = "Pas enregistré pour l’instant. Utilisez le bouton « Enregistrer ».";
    }
    running = false;
    if (leaving) { form.requestSubmit(leaving); return; }
    if (again) { again = false; save(); }
  }

  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, pause); });
  // The page that leaves must have seen what the save on its way is writing.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!running) return;
    event.preventDefault();
    leaving = event.submitter;
  });
});
