// Suggestions under every input with data-suggestions: an editable combobox (WAI-ARIA 1.2).
// Without this script the server offers the same communes after sending.
"use strict";

function enhance(input) {
  const list = document.createElement("ul");
  const status = document.createElement("div");
  let options = [];
  let active = -1;
  let timer = 0;
  let request = new AbortController();

  list.id = `${input.id}-suggestions`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Communes proposées");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("autocomplete", "off");
  input.after(list, status);

  function close() {
    request.abort();
    clearTimeout(timer);
    list.hidden = true;
    options = [];
    setActive(-1);
    input.setAttribute("aria-expanded", "false");
  }

  function setActive(index) {
    active = index;
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === index)));
    if (index < 0) {
      input.removeAttribute("aria-activedescendant");
    } else {
      input.setAttribute("aria-activedescendant", options[index].id);
      options[index].scrollIntoView({ block: "nearest" });
    }
  }

  function choose(option) {
    input.value = option.textContent;
    close();
    status.textContent = "";
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function show(labels) {
    options = labels.map((label, i) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${i}`;
      option.setAttribute("role", "option");
      option.textContent = label;
      return option;
    });
    list.replaceChildren(...options);
    setActive(-1);
    list.hidden = options.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    const count = options.length;
    status.textContent = count
      ? `${count} commune${count > 1 ? "s" : ""} proposée${count > 1 ? "s" : ""}, flèches pour choisir.`
      : "Aucune commune trouvée.";
  }

  async function suggest() {
    request.abort();
    request = new AbortController();
    try {
      const address = `${input.dataset.suggestions}?q=${encodeURIComponent(input.value.trim())}`;
      const response = await fetch(address, { signal: request.signal });
      if (response.ok) show((await response.json()).suggestions);
    } catch {
      close(); // offline, or another letter was typed: the form still works
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (input.value.trim().length < 2) close();
    else timer = setTimeout(suggest, 150);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      choose(options[active]);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && options.length) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const from = active < 0 && step < 0 ? 0 : active;
      setActive((from + step + options.length) % options.length);
    }
  });
  // On mousedown: the box keeps the focus, so that it does not close first.
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
  input.addEventListener("blur", close);
  // Typed while this script was on its way.
  if (document.activeElement === input && input.value) input.dispatchEvent(new Event("input"));
}

document.querySelectorAll("input[data-suggestions]").forEach(enhance);
