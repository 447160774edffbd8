// The administration wears the colours of the person's preferences. Before the first paint, so not a module.
document.documentElement.dataset.theme = document.querySelector("meta[name=theme]").content;
