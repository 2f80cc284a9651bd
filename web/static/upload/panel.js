// What was found in one folder: listed, what is left out and why, and whether each file is its own exhibit or all are one.
import { inOrder, objection } from "./gather.js";
import { MOST_IN_BUNDLE, bundleSize } from "./bundle.js";

export class Panel {
  // `place`: which of the listings it is, for its fields' names. Files beside the folders have no folder: "".
  constructor(template, words, limit, { found, folder }, place) {
    this.element = template.content.firstElementChild.cloneNode(true);
    Object.assign(this, { words, limit, folder, place });
    this.body = this.element.querySelector("tbody");
    this.line = this.element.querySelector("template[data-found]").content.firstElementChild;
    this.sum = this.element.querySelector("[data-found-sum]");
    this.title = this.element.querySelector("[data-found-title]");
    this.title.id = `found-title-${place}`;
    this.title.textContent = folder ? words.say("found-title", { folder }) : words.say("found-beside");
    this.element.setAttribute("aria-labelledby", this.title.id);
    this.prepareWays();
    this.found = inOrder(found).map((one) => ({ ...one, why: objection(one, limit) }));
    this.body.replaceChildren(...this.found.map((one, at) => this.lineOf(one, at)));
    this.element.addEventListener("change", () => this.tell());
    this.tell();
  }

  prepareWays() {
    const ways = this.element.querySelector("[data-found-ways]");
    ways.hidden = !this.folder;
    for (const radio of ways.querySelectorAll("input")) {
      radio.name = `gathered-${this.place}`;
      radio.id = `${radio.name}-${radio.value}`;
      radio.nextElementSibling.htmlFor = radio.id;
    }
  }

  get asBundle() {
    return this.element.querySelector("input[type=radio][value=bundle]").checked;
  }

  lineOf({ file, path, why }, at) {
    const line = this.line.cloneNode(true);
    const [box, label] = [line.querySelector("input"), line.querySelector("label")];
    box.id = `found-${this.place}-${at}`;
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
    return this.found.filter((_one, at) => boxes[at].checked);
  }

  tell() {
    const chosen = this.chosen();
    const size = this.words.size(chosen.reduce((sum, { file }) => sum + file.size, 0));
    const values = { size, found: this.found.length, left: this.found.length - chosen.length };
    this.sum.textContent = this.words.count("found", chosen.length, values);
  }

  // Why what is chosen makes no one exhibit, as a sentence; "" where it does, or is to be several.
  problem() {
    const chosen = this.chosen();
    const large = this.asBundle && (bundleSize(chosen) > this.limit || chosen.length > MOST_IN_BUNDLE);
    return large ? this.words.say("bundle-large", { limit: this.words.size(this.limit) }) : "";
  }
}
