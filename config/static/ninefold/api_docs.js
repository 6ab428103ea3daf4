// Swagger UI has a dark form of its own, and leaves it to its page when to show it.
const dark = matchMedia("(prefers-color-scheme: dark)");
const show = () => document.documentElement.classList.toggle("dark-mode", dark.matches);

dark.addEventListener("change", show);
show();
