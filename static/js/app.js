// Behaviours of every page. Plain ES module with delegated events: they keep working after every htmx swap.
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

// A region that really overflows becomes a tab stop, so that it can be scrolled by keyboard (WCAG 2.1.1).
const scroller = new ResizeObserver((entries) =>
  entries.forEach(({ target }) =>
    target.scrollWidth > target.clientWidth + 1 ? target.setAttribute("tabindex", "0") : target.removeAttribute("tabindex"),
  ),
);
const watch = () => $$(".tw, .kpis, .tabs, .fchips").forEach((element) => scroller.observe(element));
watch();
addEventListener("htmx:after:swap", watch);

// The current tab stands in view where the tabs do not all fit.
const showTab = () =>
  $$(".tabs [aria-current]").forEach((tab) => {
    const bar = tab.parentElement;
    bar.scrollLeft = tab.offsetLeft - (bar.clientWidth - tab.offsetWidth) / 2;
  });
showTab();
addEventListener("htmx:after:swap", showTab);

// Menus close on a click elsewhere and on Escape.
addEventListener("click", (event) =>
  $$("details.menu[open]").forEach((menu) => menu.contains(event.target) || menu.removeAttribute("open")),
);
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  $$("details.menu[open]").forEach((menu) => {
    menu.removeAttribute("open");
    $("summary", menu).focus();
  });
});

// Colours change at once; the server remembers them (without JavaScript the form posts and comes back).
addEventListener("submit", (event) => {
  const form = event.target.closest("[data-theme-form]");
  if (!form) return;
  event.preventDefault();
  const theme = event.submitter.value;
  document.documentElement.dataset.theme = theme;
  const body = new FormData(form);
  body.set("theme", theme);
  fetch(form.action, { method: "POST", body });
});

// Leaving a changed form asks first.
let changed = false;
addEventListener("input", (event) => {
  if (event.target.closest("form[data-guard]")) changed = true;
});
addEventListener("submit", (event) => {
  if (!event.target.matches("[data-theme-form]")) changed = false;
});
addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});

// Toasts go after six seconds; errors stay.
const fade = () => $$(".toast:not(.toast-bad)").forEach((toast) => setTimeout(() => toast.remove(), 6000));
fade();
addEventListener("htmx:after:swap", fade);

// The export of a list follows its filters, which htmx keeps in the address.
addEventListener("click", (event) => {
  const link = event.target.closest("[data-export]");
  if (link) link.href = link.dataset.export + location.search;
});
