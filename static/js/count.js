// Signs left under a text with a limit. Without this script the limit is written there all the same.
"use strict";

document.querySelectorAll("[data-count]").forEach((line) => {
  const box = document.getElementById(line.dataset.count);
  const limit = Number(line.dataset.limit);
  // Screen readers hear the count after a pause, not at each key.
  const spoken = line.cloneNode(false);
  let timer = 0;
  spoken.className = "visually-hidden";
  spoken.removeAttribute("id");
  spoken.removeAttribute("data-count");
  spoken.setAttribute("role", "status");
  line.after(spoken);

  function update() {
    // A line break is sent, and counted, as two signs.
    const left = limit - box.value.replace(/\n/g, "\r\n").length;
    const signs = `${Math.abs(left)} signe${Math.abs(left) > 1 ? "s" : ""}`;
    line.textContent = left < 0 ? `${signs} de trop` : `Encore ${signs}`;
    line.classList.toggle("over", left < 0);
    clearTimeout(timer);
    timer = setTimeout(() => { spoken.textContent = line.textContent; }, 1000);
  }

  box.addEventListener("input", update);
  if (box.value) update();
});
