// What was begun before and is not finished, on this device or another: the server keeps the list, the browser nothing.

export class Unfinished {
  constructor(element, desk) {
    Object.assign(this, { element, desk, begun: [] });
    this.list = element.querySelector("ul");
    this.line = element.querySelector("template[data-begun]").content.firstElementChild;
    this.ask();
  }

  async ask() {
    try {
      const answer = await fetch(this.desk.endpoint, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (!answer.ok) return;
      const { uploads } = await answer.json();
      this.begun = uploads.filter(({ url }) => !this.desk.transfers.some((each) => each.url === url));
    } catch {
      return; // the list is a help: without it files are sent from their beginning
    }
    for (const upload of this.begun) this.list.append(this.lineOf(upload));
    this.element.hidden = !this.begun.length;
  }

  lineOf(upload) {
    const { words } = this.desk;
    const line = this.line.cloneNode(true);
    upload.line = line;
    line.querySelector("[data-begun-name]").textContent = upload.name;
    const values = { offset: words.size(upload.offset), size: words.size(upload.size) };
    line.querySelector("[data-begun-words]").textContent = words.say(upload.archive ? "begun-archive" : "begun", values);
    const input = line.querySelector("input");
    const [choose, link] = [line.querySelector("[data-begun-choose]"), line.querySelector("[data-begun-link]")];
    choose.hidden = Boolean(upload.archive);
    link.hidden = !upload.archive;
    if (upload.archive?.url.startsWith("/")) link.href = upload.archive.url;
    choose.addEventListener("click", () => input.click());
    input.addEventListener("change", () => this.chosen(upload, input));
    line.querySelector("[data-begun-drop]").addEventListener("click", () => this.drop(upload));
    return line;
  }

  chosen(upload, input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    const same = file.size === upload.size;
    const { words } = this.desk;
    const told = upload.line.querySelector("[data-begun-problem]");
    told.hidden = same;
    told.textContent = same ? "" : words.say("begun-other", { name: file.name, size: words.size(file.size) });
    if (!same) return;
    this.desk.add({ file, name: upload.name, about: {} });
    this.desk.advance();
  }

  // Gives, and takes from the list, what was begun of a file of this name and size.
  take(file, name) {
    const found = this.begun.find((each) => each.name === name && each.size === file.size && !each.archive);
    if (found) this.remove(found);
    return found;
  }

  async drop(upload) {
    const headers = { "Tus-Resumable": "1.0.0", Accept: "application/json", "X-CSRF-Token": this.desk.session.token };
    const answer = await fetch(upload.url, { method: "DELETE", headers }).catch(() => null);
    if (answer && (answer.ok || answer.status === 404)) this.remove(upload);
  }

  remove(upload) {
    this.begun = this.begun.filter((each) => each !== upload);
    upload.line.remove();
    this.element.hidden = !this.begun.length;
  }
}
