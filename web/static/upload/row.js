// One file's line on the page: its name, its progress, what is said of it, and what can be pressed.

export class Row {
  constructor(template, words, { name, press }) {
    this.words = words;
    this.element = template.content.firstElementChild.cloneNode(true);
    this.bar = this.element.querySelector("progress");
    this.told = this.element.querySelector(".upload-words");
    this.element.querySelector(".upload-name").textContent = name;
    this.bar.setAttribute("aria-label", name);
    for (const button of this.element.querySelectorAll("button[data-act]")) {
      button.setAttribute("aria-label", `${button.textContent} (${name})`);
      button.addEventListener("click", () => press(button.dataset.act));
    }
  }

  // Shows a state with its sentence, and the buttons that make sense in it.
  show(state, sentence, { acts = [], progress = null } = {}) {
    this.element.dataset.state = state;
    this.told.textContent = sentence;
    for (const button of this.element.querySelectorAll("button[data-act]")) {
      const focused = document.activeElement === button;
      button.hidden = !acts.includes(button.dataset.act);
      if (focused && button.hidden) this.element.querySelector("button[data-act]:not([hidden])")?.focus();
    }
    this.bar.hidden = progress === null;
    if (progress === "unknown") this.bar.removeAttribute("value");
    else if (progress !== null) [this.bar.max, this.bar.value] = [1, progress];
  }

  exhibit(exhibit) {
    const place = this.element.querySelector(".upload-answer");
    const code = document.createElement("code");
    code.textContent = exhibit.sha256.match(/.{1,8}/g).join(" ");
    const facts = [
      exhibit.number && this.words.say("number", { number: exhibit.number }),
      this.words.size(exhibit.size),
    ].filter(Boolean);
    place.replaceChildren(`${facts.join(" · ")} · SHA-256 `, code);
    for (const warning of exhibit.warnings ?? []) {
      const line = document.createElement("strong");
      line.className = "upload-warning";
      line.textContent = warning;
      place.append(line);
    }
    place.hidden = false;
    this.link("open", exhibit.url);
    this.link("receipt", exhibit.receipt_pdf_url);
  }

  link(name, address) {
    if (!address?.startsWith("/") || address.startsWith("//")) return;
    const anchor = this.element.querySelector(`a[data-link="${name}"]`);
    anchor.href = address;
    anchor.hidden = false;
  }
}
