// Behaviours of every page. Plain ES module with delegated events: they keep working after every htmx swap.
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

// A region that really overflows becomes a tab stop, so that it can be scrolled by keyboard (WCAG 2.1.1).
const overflows = (element) =>
  element.scrollWidth > element.clientWidth + 1 || (element.matches(".chart-table") && element.scrollHeight > element.clientHeight + 1);
const scroller = new ResizeObserver((entries) =>
  entries.forEach(({ target }) =>
    overflows(target) ? target.setAttribute("tabindex", "0") : target.removeAttribute("tabindex"),
  ),
);
const watch = () => $$(".tw, .kpis, .tabs, .fchips, .life, .chart-table").forEach((element) => scroller.observe(element));
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

// A small choice the server only has to remember.
const tell = (url, data) =>
  fetch(url, {
    method: "POST",
    body: new URLSearchParams(data),
    headers: JSON.parse(document.body.getAttribute("hx-headers:inherited") || "{}"),
  });

// Colours change at once; the server remembers them (without JavaScript the form posts and comes back).
const dress = (theme, url) => {
  document.documentElement.dataset.theme = theme;
  tell(url, { theme });
};
addEventListener("submit", (event) => {
  const form = event.target.closest("[data-theme-form]");
  if (!form) return;
  event.preventDefault();
  dress(event.submitter.value, form.action);
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
  if (event.target.id !== "drawer" || drawer.open) return;
  drawer.showModal();
  const first = !$("[autofocus]", drawer) && $(".dr-b :is(input:not([type=hidden]), select, textarea)", drawer);
  if (first && matchMedia("(pointer: fine)").matches) first.focus();
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

// Other dialogs: opened by a button or link, closed by theirs, by a click beside them, or by going on from them.
const show = (dialog) => dialog && !dialog.open && dialog.showModal();
addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    event.preventDefault();
    show(document.getElementById(opener.dataset.dialog));
  } else if (event.target.closest("[data-close-dialog]") || event.target.matches(".sheet-m, .help, .cmd")) {
    event.target.closest("dialog").close();
  } else if (event.target.closest(".sheet-m a, .sheet-m button, .cmd a")) {
    event.target.closest("dialog").close();
  }
  const chosen = event.target.closest(".pop a[hx-get]");
  chosen?.closest("details[open]")?.removeAttribute("open");
});

// The command palette: an ARIA combobox whose list the server fills.
const cmd = $("#cmd");
const asked = $("#cmd-q");
const options = () => $$("#cmd-ls [role=option]");
const choose = (option) => {
  options().forEach((other) => other.setAttribute("aria-selected", other === option));
  if (option) asked.setAttribute("aria-activedescendant", option.id);
  else asked.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
};
const openPalette = () => {
  if (!cmd || $("dialog[open]")) return;
  cmd.showModal();
  asked.focus();
  asked.select();
  asked.dispatchEvent(new Event("palette"));
};
const acts = {
  theme: (value) => dress(value, cmd.dataset.theme),
  language: (language) => tell(cmd.dataset.language, { language }).then(() => location.reload()),
  dialog: (id) => show(document.getElementById(id)),
};
addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey) return;
  if (event.target.closest("[data-palette]") && cmd) {
    event.preventDefault();
    openPalette();
  }
  const option = event.target.closest("[data-act]");
  if (!option) return;
  event.preventDefault();
  const [act, value] = option.dataset.act.split(":");
  acts[act](value);
});
let behind = false; // the list does not yet answer what is typed
let hurried = false; // Enter was pressed meanwhile: it counts for the answer to come
asked?.addEventListener("input", () => (behind = true));
asked?.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const all = options();
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && all.length) {
    event.preventDefault();
    choose(all[(at + step + all.length) % all.length]);
  } else if (event.key === "Enter" && behind) {
    event.preventDefault();
    hurried = true;
  } else if (event.key === "Enter" && all[at]) {
    event.preventDefault();
    if (event.metaKey || event.ctrlKey) open(all[at].href, "_blank", "noopener");
    else all[at].click();
  }
});
addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.sourceElement !== asked) return;
  const [first] = options();
  asked.setAttribute("aria-expanded", Boolean(first));
  choose(first);
  if ((new URL(ctx.request.action, location).searchParams.get("q") || "") !== asked.value) return;
  if (hurried) first?.click();
  behind = hurried = false;
});
$("#cmd-ls")?.addEventListener("pointermove", (event) => {
  const option = event.target.closest("[role=option]");
  if (option && option.getAttribute("aria-selected") !== "true") choose(option);
});

// Command or Control with Enter saves the form one is in.
const save = (event) => {
  const form = event.target.closest("form") || $("form", drawer?.open ? drawer : $("#main"));
  if (!form || form.getAttribute("method") !== "post") return;
  event.preventDefault();
  form.requestSubmit();
};
if (!/Mac|iP(hone|ad)/.test(navigator.platform)) {
  const name = () => $$("[data-mod]").forEach((key) => (key.textContent = "Ctrl"));
  name();
  addEventListener("htmx:after:settle", name);
}

// Keys. Whatever carries data-key="e" or data-key="g t" is done when that is typed: first what stands in the row one
// is at, then what stands anywhere. Single letters rest while one types, while a dialog is open, and for those who
// turned them off.
const typing = (target) => target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
const rows = () => $$("[data-keys] tbody tr:not(.more), [data-rows] > *");
let here; // the row one is at
let begun = ""; // the first of two keys
let forget;
const stand = (row) => {
  here?.classList.remove("focus");
  here = row;
  row?.classList.add("focus");
  (row && ($("th a, a", row) || row))?.focus();
};
const walk = (step) => {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(document.activeElement.closest?.("[data-keys] tr, [data-rows] > *") || here);
  stand(all[at < 0 ? 0 : Math.max(0, Math.min(all.length - 1, at + step))]);
};
const inOrder = (step) => {
  const list = JSON.parse(sessionStorage.getItem("customers") || "[]");
  const at = list.findIndex((path) => location.pathname.startsWith(path));
  const next = at < 0 ? undefined : list[at + step];
  if (next) location.href = next;
};
const keys = {
  j: () => walk(1),
  k: () => walk(-1),
  x: () => $("input[type=checkbox]", here || document.activeElement.closest("tr") || document.createElement("p"))?.click(),
  "/": () => ($("[data-search]") ? $("[data-search]").focus() : openPalette()),
  "?": () => show($("#keys")),
  "[": () => inOrder(-1),
  "]": () => inOrder(1),
};
const carrier = (combination) => {
  const selector = `[data-key="${CSS.escape(combination)}"]`;
  return (here?.isConnected && $(selector, here)) || $(`main ${selector}`) || $(selector);
};
const type = (event) => {
  const key = event.key.length === 1 ? event.key.toLowerCase() : "";
  if (!key || key === " ") return;
  const typed = begun + key;
  const element = carrier(typed);
  clearTimeout(forget);
  begun = "";
  if (element || keys[typed]) {
    event.preventDefault();
    if (!element) return keys[typed]();
    element.click();
    $("a, button", element.closest("details[open]")?.lastElementChild || element)?.focus();
  } else if ($(`[data-key^="${CSS.escape(key)} "]`)) {
    begun = `${key} `;
    forget = setTimeout(() => (begun = ""), 1000);
  }
};
addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.metaKey || event.ctrlKey) {
    if (event.key.toLowerCase() === "k" && cmd) {
      event.preventDefault();
      openPalette();
    }
    if (event.key === "Enter" && event.target !== asked) save(event);
  } else if (!event.altKey && !typing(event.target) && !$("dialog[open]") && document.documentElement.dataset.letters !== "off") {
    type(event);
  }
});
// The order of the list one came from, for [ and ].
const remember = () => {
  const links = $$("#list[data-order] tbody th a");
  if (links.length) sessionStorage.setItem("customers", JSON.stringify(links.map((link) => link.pathname)));
};
remember();
addEventListener("htmx:after:swap", remember);

// Waiting: nothing for 300 ms, then a bar on top and what is being replaced grows pale.
const pale = (ctx, on) => {
  document.documentElement.toggleAttribute("data-busy", on);
  if (ctx.target?.id !== "drawer") ctx.target?.classList?.toggle("stale", on);
};
addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (!ctx.sourceElement.matches("[data-quiet]")) ctx.slow = setTimeout(() => pale(ctx, true), 300);
});
addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  clearTimeout(ctx.slow);
  pale(ctx, false);
});

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
  $$(".toast:not(.toast-bad)", toasts || document.createElement("p")).forEach((toast) => {
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

// A link that goes on from the list as it is filtered now: htmx keeps the filters in the address.
addEventListener("click", (event) => {
  const link = event.target.closest("[data-export]");
  if (link) link.href = link.dataset.export + location.search;
});
addEventListener("htmx:before:request", (event) => {
  const { sourceElement, sourceEvent } = event.detail.ctx;
  if (document.hidden && sourceEvent?.type === "every" && sourceElement.matches("[data-quiet]")) event.preventDefault();
});
addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  const { here } = ctx.sourceElement.dataset;
  if (here) ctx.request.action = here + location.search;
  if (ctx.sourceElement.id !== "filters") return;
  for (const [name, value] of [...ctx.request.body]) if (!value) ctx.request.body.delete(name);
});

// Filters: choosing one asks again at once, and taking a chip away empties its field.
addEventListener("change", (event) => event.target.closest("[data-filters]") && event.target.form.requestSubmit());
addEventListener("click", (event) => {
  const { clear } = event.target.closest("[data-clear]")?.dataset || {};
  const field = clear && $("#filters").elements[clear];
  if (!field) return;
  event.preventDefault();
  field.value = "";
  field.form.requestSubmit();
});

// Selected rows, and what can be done with them.
const bulk = $("#bulk");
const picks = () => $$("#list [name=ids]");
const recount = () => {
  if (!bulk) return;
  const every = picks();
  const picked = every.filter((box) => box.checked);
  const all = Number($("#list").dataset.count);
  every.forEach((box) => box.closest("tr").setAttribute("aria-selected", box.checked));
  const head = $("[data-pick-all]");
  if (head) {
    head.checked = picked.length > 0 && picked.length === every.length;
    head.indeterminate = picked.length > 0 && !head.checked;
  }
  if (!picked.length || picked.length < every.length) bulk.elements.all.value = "";
  const whole = bulk.elements.all.value !== "";
  $("[data-n]", bulk).textContent = whole ? all : picked.length;
  $("[data-all]", bulk).hidden = whole || picked.length < every.length || all <= every.length;
  $("[data-all-n]", bulk).textContent = all;
  $(".bulk", bulk).hidden = !picked.length;
};
const pick = (on) => {
  picks().forEach((box) => (box.checked = on));
  recount();
};
addEventListener("change", (event) => {
  if (event.target.matches("[data-pick-all]")) pick(event.target.checked);
  else if (event.target.name === "ids") recount();
});
addEventListener("click", (event) => {
  if (event.target.closest("[data-pick-none]")) pick(false);
  if (!event.target.closest("[data-all]")) return;
  bulk.elements.all.value = "1";
  recount();
});
addEventListener("drawer-close", () => bulk && pick(false));
addEventListener("htmx:after:swap", recount);
recount();

// A file field is its whole box, so that one can drop onto it; it says what was chosen and refuses what is too large.
addEventListener("change", (event) => {
  const input = event.target.closest("[data-drop] input");
  if (!input) return;
  const [file] = input.files;
  const most = Number(input.dataset.most) * 1024 * 1024;
  input.setCustomValidity(file && file.size > most ? input.dataset.tooLarge : "");
  if (file) $("[data-chosen]", input.closest("[data-drop]")).textContent = file.name;
  input.reportValidity();
});
for (const kind of ["dragenter", "dragleave", "drop"])
  addEventListener(kind, (event) =>
    event.target.closest?.("[data-drop]")?.classList.toggle("is-over", kind === "dragenter"),
  );

// What takes long to send shows that it was sent.
addEventListener("submit", (event) => {
  if (event.target.matches("[data-busy]")) event.submitter?.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => $$("form[data-busy] [aria-busy=true]").forEach((button) => button.removeAttribute("aria-busy")));

// The chart module comes when the first chart is near the view; it takes over from there.
let charting = false;
const near = new IntersectionObserver((entries) => {
  const view = entries.find(({ isIntersecting }) => isIntersecting)?.target;
  if (!view || charting) return;
  charting = true;
  near.disconnect();
  import(view.dataset.module).then(({ start }) => start(view.dataset.engine));
}, { rootMargin: "200px" });
const seekCharts = () => customElements.get("chart-view") || $$("chart-view").forEach((view) => near.observe(view));
seekCharts();
addEventListener("htmx:after:swap", seekCharts);

// Drafts of what is being written: their module comes with the first such form.
let drafting = false;
const seekDrafts = () => {
  const form = !drafting && $("[data-drafts]");
  if (!form) return;
  drafting = true;
  import(form.dataset.drafts).then(({ start }) => start());
};
seekDrafts();
addEventListener("htmx:after:swap", seekDrafts);

// Failures: a form keeps what was typed and a toast says why; a part that loads by itself becomes a card with a retry.
const copy = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);
const again = (element, ctx) => {
  const { sourceElement: source, target, swap } = ctx;
  $("[data-retry]", element).addEventListener("click", () => {
    if (element.matches(".toast")) element.remove();
    htmx.ajax("GET", ctx.request.action, { source: source.isConnected ? source : document.body, target, swap });
  });
};
const failed = (ctx) => {
  const { sourceElement: source, target } = ctx;
  if (source.matches("[data-quiet]")) return;
  const reading = ctx.request.method === "GET";
  const waiting = reading && target && $(".sk", target)?.parentElement;
  if (waiting) {
    const card = copy("card-failed");
    waiting.replaceWith(card); // what else stands in the part stays
    again(card, ctx);
    addEventListener("online", () => card.isConnected && $("[data-retry]", card).click(), { once: true });
    return;
  }
  const toast = copy("toast-failed");
  const page = new DOMParser().parseFromString(ctx.text || "", "text/html");
  const said = [...page.querySelectorAll("[role=alert] :is(h1, b, p)")].map((part) => part.textContent.trim());
  if (said.length) $("span", toast).textContent = said.join(" · ");
  if (reading) {
    $("span", toast).after(document.getElementById("retry").content.cloneNode(true));
    again(toast, ctx);
  }
  toasts.append(toast);
  fade();
};
addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  const status = ctx.response?.status;
  if (!(status >= 400) || status === 422 || status === 409) return;
  event.preventDefault();
  failed(ctx);
});
addEventListener("htmx:error", ({ detail: { ctx } }) => ctx && !ctx.response && failed(ctx));
addEventListener("offline", () => {
  $(".toast-offline") || toasts.append(Object.assign(copy("toast-offline"), { className: "toast toast-bad toast-offline" }));
});
addEventListener("online", () => $(".toast-offline")?.remove());

// One click takes a code or a number along. Without a secure connection there is no clipboard but the old way.
const take = async (text) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const box = Object.assign(document.createElement("textarea"), { value: text });
  ($$("dialog[open]").pop() || document.body).append(box);
  box.select();
  document.execCommand("copy");
  box.remove();
};
addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  take(button.dataset.copy).then(() => {
    toasts.append(copy("toast-copied"));
    fade();
    button.focus();
  });
});

// A box whose answers come while one types (ARIA combobox). What is chosen becomes the text; without JavaScript one types it.
const combo = (box) => {
  const input = $("input", box);
  const list = $("[role=listbox]", box);
  const options = () => $$("[role=option]", list);
  const open = (is) => {
    list.hidden = !is;
    input.setAttribute("aria-expanded", is);
    if (!is) input.removeAttribute("aria-activedescendant");
  };
  const point = (option) => {
    options().forEach((each) => each.setAttribute("aria-selected", each === option));
    if (!option) return;
    option.id ||= `${list.id}_${options().indexOf(option)}`;
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };
  const choose = (option) => {
    input.value = option.dataset.value;
    open(false);
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  let timer, asked;
  const ask = async () => {
    const text = (asked = input.value.trim());
    if (!text) return open(false);
    const answer = await fetch(`${input.dataset.url}?q=${encodeURIComponent(text)}`).catch(() => null);
    if (!answer?.ok || asked !== text || document.activeElement !== input) return;
    list.innerHTML = await answer.text();
    open(list.childElementCount > 0);
    point(options()[0]);
  };
  input.addEventListener("input", () => (clearTimeout(timer), (timer = setTimeout(ask, 150))));
  input.addEventListener("keydown", (event) => {
    const shown = options();
    const at = shown.findIndex((option) => option.ariaSelected === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && list.hidden) ask();
    else if (step && shown.length) point(shown[(at + step + shown.length) % shown.length]);
    else if (event.key === "Enter" && !list.hidden && shown[at]) choose(shown[at]);
    else if (event.key === "Escape" && !list.hidden) (open(false), event.stopPropagation());
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", () => ((asked = null), open(false)));
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
};
customElements.define("combo-box", class extends HTMLElement { connectedCallback() { combo(this); } });

addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});

// A customer's place in that list, with the way to the ones before and behind it.
const place = $("[data-place]");
if (place) {
  const list = JSON.parse(sessionStorage.getItem("customers") || "[]");
  const at = list.indexOf(place.dataset.place);
  place.hidden = at < 0;
  $("span", place).textContent = `${at + 1} / ${list.length}`;
  for (const [name, path] of Object.entries({ prev: list[at - 1], next: list[at + 1] })) {
    const link = $(`[rel=${name}]`, place);
    if (!path) continue;
    link.href = path;
    link.removeAttribute("aria-disabled");
  }
}
