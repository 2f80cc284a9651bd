// What was found in a folder: listed, what is left out and why, and whether each file is its own exhibit or all are one.
import { inOrder, objection } from "./gather.js";
import { MOST_IN_BUNDLE, bundleSize } from "./bundle.js";

export class Panel {
  constructor(element, words, limit) {
    Object.assign(this, { element, words, limit, found: [] });
    this.body = element.querySelector("tbody");
    this.line = element.querySelector("template[data-found]").content.firstElementChild;
    this.sum = element.querySelector("[data-found-sum]");
    for (const radio of element.querySelectorAll("[data-group]")) radio.name = radio.dataset.group; // no field of a plain form
    element.querySelector("[data-forget]").addEventListener("click", () => this.forget());
    element.addEventListener("change", () => this.tell());
  }

  get open() {
    return !this.element.hidden;
  }

  get asBundle() {
    return this.element.querySelector("input[type=radio][value=bundle]").checked;
  }

  show(found, folder) {
    this.folder = folder;
    this.found = inOrder(found).map((one) => ({ ...one, why: objection(one, this.limit) }));
    this.body.replaceChildren(...this.found.map((one, place) => this.lineOf(one, place)));
    this.element.querySelector("[data-found-title]").textContent = this.words.say("found-title", { folder });
    this.element.hidden = false;
    this.tell();
    this.element.querySelector("h3").focus();
  }

  lineOf({ file, path, why }, place) {
    const line = this.line.cloneNode(true);
    const [box, label] = [line.querySelector("input"), line.querySelector("label")];
    box.id = `found-${place}`;
    label.htmlFor = box.id;
    label.textContent = path.startsWith(`${this.folder}/`) ? path.slice(this.folder.length + 1) : path;
    box.checked = !why;
    box.disabled = ["left-empty", "left-large"].includes(why);
    line.querySelector("[data-found-size]").textContent = this.words.size(file.size);
    line.querySelector("[data-found-why]").textContent = why && this.words.say(why);
    return line;
  }

  chosen() {
    const boxes = this.body.querySelectorAll("input");
    return this.found.filter((_one, place) => boxes[place].checked);
  }

  tell() {
    const chosen = this.chosen();
    const size = this.words.size(chosen.reduce((sum, { file }) => sum + file.size, 0));
    const values = { size, found: this.found.length, left: this.found.length - chosen.length };
    this.sum.textContent = this.words.count("found", chosen.length, values);
  }

  // Why what is chosen can't be sent as it is, as a sentence; "" where it can.
  problem() {
    const chosen = this.chosen();
    if (!chosen.length) return this.words.say("found-none");
    if (!this.asBundle) return "";
    const large = bundleSize(chosen) > this.limit || chosen.length > MOST_IN_BUNDLE;
    return large ? this.words.say("bundle-large", { limit: this.words.size(this.limit) }) : "";
  }

  forget() {
    this.found = [];
    this.body.replaceChildren();
    this.element.hidden = true;
    this.element.dispatchEvent(new CustomEvent("entente:forgotten", { bubbles: true }));
  }
}
