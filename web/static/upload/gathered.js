// The folders that were chosen or dropped at once: a listing of each, one under the other.
import { Panel } from "./panel.js";

export class Gathered {
  // `emptied`: what to do once nothing is listed any more.
  constructor(form, words, limit, emptied) {
    Object.assign(this, { words, limit, emptied, panels: [] });
    this.element = form.querySelector("[data-gathered]");
    this.template = form.querySelector("template[data-listing]");
  }

  get open() {
    return this.panels.length > 0;
  }

  show(groups) {
    this.panels = groups.map((group, place) => new Panel(this.template, this.words, this.limit, group, place));
    for (const panel of this.panels) {
      const button = panel.element.querySelector("[data-forget]");
      if (groups.length > 1) button.textContent = this.words.say("found-leave");
      button.addEventListener("click", () => this.leave(panel));
    }
    this.element.replaceChildren(...this.panels.map(({ element }) => element));
    this.panels[0].title.focus();
  }

  leave(panel) {
    this.panels = this.panels.filter((each) => each !== panel);
    panel.element.remove();
    this.panels[0]?.title.focus();
    if (!this.open) this.emptied();
  }

  // Why what is chosen can't be sent as it is, as a sentence; "" where it can.
  problem() {
    if (!this.panels.some((panel) => panel.chosen().length)) return this.words.say("found-none");
    return this.panels.map((panel) => panel.problem()).find(Boolean) ?? "";
  }

  // What is chosen: files that are exhibits of their own, and folders that are one each.
  taken() {
    const some = this.panels.filter((panel) => panel.chosen().length);
    const [whole, apart] = [some.filter((panel) => panel.asBundle), some.filter((panel) => !panel.asBundle)];
    const bundles = whole.map((panel) => ({ folder: panel.folder, chosen: panel.chosen() }));
    this.forget();
    return { each: apart.flatMap((panel) => panel.chosen()), bundles };
  }

  forget() {
    this.panels = [];
    this.element.replaceChildren();
    this.emptied();
  }
}
