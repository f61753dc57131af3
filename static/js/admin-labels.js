// The search boxes that select2 draws in the back office have no name of their own: give them the
// label of the list that they stand for.
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
document.addEventListener("formset:added", () => setTimeout(nameSearchBoxes));
