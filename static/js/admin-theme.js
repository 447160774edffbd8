// The administration wears the colours of the person's preferences. Before the first paint, so not a module.
document.documentElement.dataset.theme = document.querySelector("meta[name=theme]").content;

// Select2 names its boxes after their content only: say which field they are, once it has made them.
const nameBoxes = () =>
  document.querySelectorAll(".select2-selection").forEach((box) => {
    const field = box.closest(".select2")?.previousElementSibling;
    const label = field?.labels?.[0]?.textContent.trim();
    if (!label) return;
    box.removeAttribute("aria-labelledby");
    [box, ...box.querySelectorAll("[role=textbox]")].forEach((part) => part.setAttribute("aria-label", label));
  });
addEventListener("load", () => setTimeout(nameBoxes));
