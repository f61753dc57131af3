// What Django's forms lack for the keyboard and for those who listen. The search boxes that select2
// draws have no name of their own: give them the label of the list that they stand for.
"use strict";

function nameSearchBoxes() {
  document.querySelectorAll("select.select2-hidden-accessible[id]").forEach((list) => {
    const label = document.querySelector(`label[for="${list.id}"]`);
    const box = list.nextElementSibling?.querySelector(".select2-selection");
    const shown = box?.querySelector(".select2-selection__rendered");
    if (!label || !shown) return;
    label.id ||= `${list.id}_label`;
    shown.setAttribute("aria-labelledby", label.id);
    box.setAttribute("aria-labelledby", `${label.id} ${shown.id}`);
  });
}

// In jQuery's own queue: after the handler that draws the boxes.
window.django.jQuery(nameSearchBoxes);
document.addEventListener("formset:added", (event) =>
  setTimeout(() => {
    nameSearchBoxes();
    // The row is drawn above the button that asked for it: who types goes on in it.
    event.target.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  }),
);
