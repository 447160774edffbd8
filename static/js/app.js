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

// A question with two answers; also for hx-confirm.
const ask = (text, yes) =>
  new Promise((answer) => {
    const dialog = $("#ask");
    $("#ask-text").textContent = text;
    $("[value=yes]", dialog).textContent = yes;
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
  });
addEventListener("htmx:confirm", (event) => {
  const { ctx, issueRequest, dropRequest } = event.detail;
  if (!ctx.confirm) return;
  event.preventDefault();
  ask(ctx.confirm, $("#ask [value=yes]").dataset.yes).then((yes) => (yes ? issueRequest() : dropRequest()));
});

// Leaving a changed form asks first.
addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-guard]")) form.dataset.changed = "";
});
addEventListener("submit", (event) => delete event.target.dataset.changed);
addEventListener("beforeunload", (event) => {
  if ($("form[data-changed]")) event.preventDefault();
});

// The drawer opens when something has come into it, and closes when the server says that it is saved.
const drawer = $("#drawer-dialog");
const emptyDrawer = () => {
  drawer.close();
  $("#drawer").replaceChildren();
};
const leaveDrawer = async () => {
  const { leave } = $("#ask-text").dataset;
  if (!$("form[data-changed]", drawer) || (await ask(leave, $("#ask [value=yes]").dataset.leave))) emptyDrawer();
};
addEventListener("htmx:after:settle", (event) => {
  if (event.target.id === "drawer" && !drawer.open) drawer.showModal();
});
addEventListener("drawer-close", () => drawer?.open && emptyDrawer());
drawer?.addEventListener("cancel", (event) => {
  if (event.target !== drawer) return;
  event.preventDefault();
  leaveDrawer();
});
drawer?.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.target.closest("[data-own-escape]")) return;
  event.preventDefault();
  leaveDrawer();
});
drawer?.addEventListener("click", (event) => {
  if (event.target !== drawer && !event.target.closest("[data-close-drawer]")) return;
  event.preventDefault();
  leaveDrawer();
});

// Command or Control with Enter saves the form one is in.
addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey)) return;
  const form = event.target.closest("form") || $("form", drawer?.open ? drawer : $("#main"));
  if (!form || form.method === "dialog" || form.method === "get") return;
  event.preventDefault();
  form.requestSubmit();
});
if (!/Mac|iP(hone|ad)/.test(navigator.platform)) {
  const name = () => $$("[data-mod]").forEach((key) => (key.textContent = "Ctrl"));
  name();
  addEventListener("htmx:after:settle", name);
}

// Toasts go after six seconds, ten with an undo, never while one reads them; errors stay.
const seen = new WeakSet();
// An open dialog is above the page: the toasts move into it, to be seen.
const toasts = $("#toasts");
const raise = () => {
  const top = $$("dialog[open]").pop() || document.body;
  if (toasts && toasts.parentElement !== top) top.append(toasts);
};
addEventListener("close", raise, true);
const fade = () => {
  raise();
  $$(".toast:not(.toast-bad)").forEach((toast) => {
    if (seen.has(toast)) return;
    seen.add(toast);
    let timer;
    const start = () => (timer = setTimeout(() => toast.remove(), toast.matches(".toast-undo") ? 10000 : 6000));
    for (const come of ["pointerenter", "focusin"]) toast.addEventListener(come, () => clearTimeout(timer));
    for (const go of ["pointerleave", "focusout"]) toast.addEventListener(go, start);
    start();
  });
};
fade();
addEventListener("htmx:after:settle", fade);
addEventListener("click", (event) => event.target.closest("[data-close-toast]")?.closest(".toast").remove());

// The export of a list follows its filters, which htmx keeps in the address.
addEventListener("click", (event) => {
  const link = event.target.closest("[data-export]");
  if (link) link.href = link.dataset.export + location.search;
});

// The chart module comes when the first chart is near the view; it takes over from there.
const near = new IntersectionObserver((entries) => {
  const view = entries.find(({ isIntersecting }) => isIntersecting)?.target;
  if (!view) return;
  near.disconnect();
  import(view.dataset.module).then(({ start }) => start(view.dataset.engine));
}, { rootMargin: "200px" });
const seekCharts = () => customElements.get("chart-view") || $$("chart-view").forEach((view) => near.observe(view));
seekCharts();
addEventListener("htmx:after:swap", seekCharts);
