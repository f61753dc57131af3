// Sums of a scenario while one types. Saving computes the same on the server: without this script
// the page says what was last saved.
"use strict";

document.querySelectorAll("form.scenario").forEach((form) => {
  const sums = form.querySelector("#sommes");
  const rows = [...form.querySelectorAll("tr[data-file]")];
  const remaining = form.dataset.remaining ? Number(form.dataset.remaining) : Infinity;
  const spoken = document.createElement("p");
  spoken.className = "visually-hidden";
  spoken.setAttribute("role", "status");
  sums.after(spoken);
  let timer = 0;

  function euros(amount) {
    const options = { style: "currency", currency: "EUR", minimumFractionDigits: amount % 1 ? 2 : 0 };
    return amount.toLocaleString("fr-FR", { ...options, maximumFractionDigits: 2 });
  }

  // As the server reads it: « 1 250,50 € ». What it would refuse counts for nothing here.
  function read(text) {
    const amount = Number(text.replace(/\s|€/g, "").replace(",", "."));
    return Number.isFinite(amount) && amount > 0 ? amount : 0;
  }

  function place(row, label, tone) {
    const cell = row.querySelector("[data-place]");
    cell.textContent = "";
    if (!label) return;
    const chip = document.createElement("span");
    chip.className = `chip ${tone}`;
    chip.textContent = label;
    cell.append(chip);
  }

  function update() {
    let [count, total, isCut] = [0, 0, false];
    rows.forEach((row) => {
      const isYes = row.querySelector("select").value === "yes";
      const amount = isYes ? read(row.querySelector("input").value) : 0;
      if (isYes) count += 1;
      total = Math.round((total + amount) * 100) / 100;
      const isBelow = isYes && total > remaining;
      row.classList.toggle("money-line", isBelow && !isCut);
      isCut = isCut || isBelow;
      place(row, isBelow ? "Sous la ligne" : isYes ? "Tient" : "", isBelow ? "no" : "ok");
    });
    const parts = [`${count} oui pour ${euros(total)}.`];
    if (remaining !== Infinity) {
      const left = remaining - total;
      parts.push(left < 0
        ? `Il reste ${euros(remaining)}\u00a0: il manquerait ${euros(-left)}.`
        : `Il reste ${euros(remaining)}\u00a0; il resterait ${euros(left)}.`);
    }
    sums.textContent = `${parts.join(" ")} Pas encore enregistré.`;
    clearTimeout(timer);
    timer = setTimeout(() => { spoken.textContent = sums.textContent; }, 1000);
  }

  form.addEventListener("input", update);
});
