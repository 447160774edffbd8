// What is being written stays on the device until the server has it: form[data-draft] names the draft. Sending it twice
// is no harm: the form carries a token, by which the server knows it again.
const forms = () => document.querySelectorAll("form[data-draft]");
const nameOf = (form) => `draft:${form.dataset.draft}`;
const skipped = new Set(["csrfmiddlewaretoken"]);
const read = (form) => {
  try {
    return JSON.parse(localStorage.getItem(nameOf(form)));
  } catch {
    return null;
  }
};
const keep = (form, sent) => {
  const text = form.elements.text.value.trim();
  if (!text) return localStorage.removeItem(nameOf(form));
  const fields = [...new FormData(form)].filter(([name]) => !skipped.has(name));
  localStorage.setItem(nameOf(form), JSON.stringify({ fields, sent }));
};
const say = (form, on) => (form.querySelector(".draft-said").hidden = !on);

const restore = (form) => {
  const draft = read(form);
  if (!draft || form.elements.text.value) return;
  const values = new Map();
  for (const [name, value] of draft.fields) values.set(name, [...(values.get(name) || []), value]);
  for (const field of form.elements) {
    if (!field.name || skipped.has(field.name)) continue;
    const kept = values.get(field.name) || [];
    if (field.type === "radio" || field.type === "checkbox") field.checked = kept.includes(field.value);
    else field.value = kept[0] ?? "";
  }
  say(form, draft.sent);
  if (draft.sent && navigator.onLine) form.requestSubmit();
};

export const start = () => {
  addEventListener("input", ({ target }) => target.form?.dataset.draft && keep(target.form, false));
  addEventListener("submit", ({ target }) => target.dataset.draft && keep(target, true));
  addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    const form = ctx.sourceElement;
    if (form.dataset.draft && ctx.response?.status < 500) {
      if (ctx.response.status < 400) localStorage.removeItem(nameOf(form));
      else keep(form, false);
    }
  });
  addEventListener("htmx:error", ({ detail: { ctx } }) => {
    const form = ctx?.sourceElement;
    if (form?.dataset.draft && !ctx.response) say(form, true);
  });
  addEventListener("online", () => forms().forEach((form) => read(form)?.sent && form.requestSubmit()));
  addEventListener("htmx:after:swap", () => forms().forEach(restore));
  // Whoever calls from the file is about to write about it.
  addEventListener("click", ({ target }) => {
    const form = target.closest("a[href^='tel:']") && document.querySelector("#composer");
    if (!form) return;
    form.querySelector("[name=kind][value=call]").checked = true;
    form.scrollIntoView({ block: "center" });
  });
  forms().forEach(restore);
};
