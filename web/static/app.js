// What scripts add to a page that works without them. No sentence stands here: words come from the page.
import { revealCopyButtons } from "./copy.js";
import { prepareUploads } from "./upload.js";

const enhance = () => {
  revealCopyButtons();
  for (const form of document.querySelectorAll("form[data-upload]")) prepareUploads(form);
};

// A fragment that says data-announce="…" is read aloud once by screen readers.
const announce = () => {
  const fresh = document.querySelector("[data-announce]:not([data-announced])");
  if (!fresh) return;
  fresh.setAttribute("data-announced", "");
  document.getElementById("announce").textContent = fresh.dataset.announce;
};

document.addEventListener("htmx:after:swap", () => {
  const refusals = [...document.querySelectorAll("#_fragment")];
  for (const former of refusals.slice(0, -1)) former.remove();
  enhance();
  announce();
});

// Whoever is no longer signed in sends the form the ordinary way: the page that follows keeps what was typed.
document.addEventListener("htmx:before:response", (event) => {
  const { response, sourceElement } = event.detail.ctx;
  const form = sourceElement.closest("form");
  if (![401, 403].includes(response.status) || form?.method !== "post") return;
  event.preventDefault();
  form.submit();
});

// A form is sent once: a second press while the answer travels does nothing. Coming back makes it ready again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.hasAttribute("data-sent")) event.preventDefault();
  else {
    form.setAttribute("data-sent", "");
    setTimeout(() => form.removeAttribute("data-sent"), 4000); // the answer may be a file, and the page then stays
  }
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) form.removeAttribute("data-sent");
});

// The account menu closes with Escape and with a press elsewhere.
const account = document.querySelector("details.account");
if (account) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !account.open) return;
    account.open = false;
    account.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    if (!account.contains(event.target)) account.open = false;
  });
}

enhance();
document.querySelector("[data-focus]")?.focus();
