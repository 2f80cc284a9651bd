// <form data-upload> where scripts run: files and folders are chosen or dropped, sent several at once, paused, resumed,
// and told of. Without scripts the same form is an ordinary one. All words come from the page: <template data-words>.
// Fires "entente:received" on the form when exhibits were received: at once, then every few seconds.
import { bundle } from "./upload/bundle.js";
import { Gathered } from "./upload/gathered.js";
import { TooManyError, fromDrop, fromInput, objection } from "./upload/gather.js";
import { Row } from "./upload/row.js";
import { Session } from "./upload/session.js";
import { Sum } from "./upload/sum.js";
import { Transfer, loadTus } from "./upload/transfer.js";
import { Unfinished } from "./upload/unfinished.js";
import { Words } from "./upload/words.js";

const AT_ONCE = 3;
const CALM = 3_000; // milliseconds between two tellings that something was received
const MOST = 1_000; // files of one folder
const ZIP = /\.zip$/i;
const NOT_SAID = /^(csrf_token|file|archive|gathered-\d+)$/; // fields of the form that say nothing about a file

export function prepareUploads(form) {
  if (form.hasAttribute("data-ready")) return;
  form.setAttribute("data-ready", "");
  new UploadDesk(form);
}

class UploadDesk {
  constructor(form) {
    this.form = form;
    this.words = new Words(form.querySelector("template[data-words]"));
    this.limit = Number(form.dataset.limit);
    this.chunk = Number(form.dataset.chunk);
    this.endpoint = form.dataset.uploads;
    this.session = new Session(form);
    this.transfers = [];
    this.input = form.querySelector('input[type="file"]:not([webkitdirectory])');
    this.several = this.input.hasAttribute("data-multiple");
    this.input.multiple = this.several;
    this.list = form.querySelector(".upload-list");
    this.problem = form.querySelector("[data-problem]");
    this.sum = new Sum(form.querySelector(".upload-sum"), this);
    this.folders = new Gathered(form, this.words, this.limit, () => this.chosen());
    this.unfinished = new Unfinished(form.querySelector(".unfinished"), this);
    this.archive = form.querySelector("[data-archive]");
    loadTus().catch(() => {}); // asked for again when a file is sent
    this.prepareFolders();
    this.acceptDrops(form.querySelector(".drop"));
    this.input.addEventListener("change", () => this.chosen());
    form.addEventListener("submit", (event) => this.submitted(event));
    window.addEventListener("beforeunload", (event) => this.transfers.some((each) => each.living) && event.preventDefault());
    this.chosen();
  }

  prepareFolders() {
    const input = this.form.querySelector("input[webkitdirectory]");
    const button = this.form.querySelector("[data-folder]");
    if (!this.several || !("webkitdirectory" in input)) return;
    this.form.querySelector("[data-folder-choice]").hidden = false;
    button.addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      const found = fromInput(input.files);
      input.value = "";
      if (found.length) this.gathered([{ found, folder: found[0].path.split("/")[0] }]);
    });
  }

  acceptDrops(zone) {
    zone.querySelector(".drop-words").hidden = false;
    for (const kind of ["dragenter", "dragover"]) {
      zone.addEventListener(kind, (event) => {
        event.preventDefault();
        zone.setAttribute("data-over", "");
      });
    }
    zone.addEventListener("dragleave", () => zone.removeAttribute("data-over"));
    zone.addEventListener("drop", async (event) => {
      event.preventDefault();
      zone.removeAttribute("data-over");
      try {
        this.dropped(await fromDrop(event.dataTransfer, MOST));
      } catch (error) {
        this.say(this.words.say(error instanceof TooManyError ? "too-many" : "unreadable", { most: MOST }));
      }
    });
  }

  dropped(groups) {
    if (this.several && groups.some(({ folder }) => folder)) {
      this.gathered(groups);
      return;
    }
    const files = groups.flatMap(({ found }) => found);
    const carried = new DataTransfer();
    for (const { file } of this.several ? files : files.slice(0, 1)) carried.items.add(file);
    if (carried.files.length) this.input.files = carried.files;
    this.chosen();
  }

  gathered(groups) {
    this.input.value = "";
    const full = groups.filter(({ found }) => found.length);
    const empty = groups.filter(({ found }) => !found.length);
    const many = full.reduce((sum, { found }) => sum + found.length, 0) > MOST;
    const why = full.length ? "folder-left" : "folder-empty";
    const said = empty.map(({ folder }) => this.words.say(why, { folder })).join(" ");
    this.say(many ? this.words.say("too-many", { most: MOST }) : said);
    if (full.length && !many) this.folders.show(full);
    this.chosen();
  }

  // What is asked beside the files depends on which they are.
  chosen() {
    if (this.input.files.length && this.folders.open) this.folders.forget();
    this.input.required = !this.folders.open;
    if (this.archive) this.archive.hidden = !Array.from(this.input.files).some(({ name }) => ZIP.test(name));
  }

  async submitted(event) {
    event.preventDefault();
    const about = this.about();
    this.say(this.folders.open ? this.folders.problem() : "");
    if (this.problem.textContent) return;
    if (this.folders.open) await this.takeFolders(about);
    else this.takeFiles(Array.from(this.input.files), about);
    // A title and a date were said of these files, never of the next ones.
    for (const typed of this.form.querySelectorAll('input[type="text"], input[type="date"]')) typed.value = "";
    this.advance();
  }

  about() {
    const said = ([name, value]) => !NOT_SAID.test(name) && typeof value === "string" && value;
    return Object.fromEntries([...new FormData(this.form)].filter(said));
  }

  takeFiles(files, { title, ...about }) {
    const unpacked = this.archive && new FormData(this.form).get("archive") === "ask";
    for (const file of files) {
      const said = unpacked && ZIP.test(file.name) ? { ...about, archive: "ask" } : about;
      this.add({ file, name: file.name, title: files.length === 1 ? title : "", about: said });
    }
    this.input.value = "";
    this.chosen();
  }

  // A title is one exhibit's: said of several, each keeps its own.
  async takeFolders({ title, ...about }) {
    const { each, bundles } = this.folders.taken();
    this.takeEach(each, about);
    this.advance();
    const alone = bundles.length + each.length === 1;
    for (const one of bundles) await this.takeBundle(one, { ...about, title: alone ? title : "" });
  }

  takeEach(chosen, about) {
    const names = chosen.map(({ file }) => file.name);
    for (const { file, path } of chosen) {
      const alone = names.indexOf(file.name) === names.lastIndexOf(file.name);
      this.add({ file, name: file.name, title: alone ? "" : path.slice(-200), about });
    }
  }

  async takeBundle({ folder, chosen }, { title, ...about }) {
    const whole = chosen.reduce((sum, { file }) => sum + file.size, 0);
    const row = new Row(this.form.querySelector("template[data-row]"), this.words, { name: `${folder}.zip`, press() {} });
    let read = 0;
    this.list.hidden = false;
    this.list.append(row.element);
    row.show("waiting", this.words.say("bundling"), { progress: 0 });
    try {
      const file = await bundle(chosen, `${folder}.zip`, (octets) => {
        read += octets;
        row.show("waiting", this.words.say("bundling"), { progress: read / whole });
      });
      row.element.remove();
      this.add({ file, name: file.name, title: title || folder, about });
      this.advance();
    } catch {
      row.show("failed", this.words.say("unreadable"));
    }
  }

  add(source) {
    const begun = this.unfinished.take(source.file, source.name);
    const transfer = new Transfer(this, { ...source, url: begun?.url, safe: begun?.offset ?? 0 });
    transfer.row = new Row(this.form.querySelector("template[data-row]"), this.words, {
      name: source.name,
      press: (act) => this.press(transfer, act),
    });
    this.list.hidden = false;
    this.list.append(transfer.row.element);
    this.transfers.push(transfer);
    this.offer(transfer);
  }

  offer(transfer) {
    const why = { "left-empty": "empty", "left-large": "too-large" }[objection({ ...transfer, path: "" }, this.limit)];
    if (why) transfer.end("failed", this.words.say(why, { limit: this.form.dataset.limitWords }));
    else transfer.show("waiting");
  }

  press(transfer, act) {
    if (act === "pause") transfer.pause();
    else if (act === "cancel") transfer.cancel();
    else if (act === "now") transfer.goOn();
    else if (act === "insist") transfer.insist();
    else if (act === "again") {
      transfer.again();
      this.offer(transfer);
    } else transfer.show("waiting"); // resume
    this.advance();
  }

  pauseAll() {
    for (const each of this.transfers) if (["waiting", "sending", "offline"].includes(each.state)) each.pause();
    this.advance();
  }

  resumeAll() {
    for (const each of this.transfers) if (each.state === "paused") each.show("waiting");
    this.advance();
  }

  // Three at once; a file that waits for the line or for a sign-in keeps its place.
  advance() {
    let free = AT_ONCE - this.transfers.filter((each) => each.living).length;
    for (const each of this.transfers) {
      if (free <= 0) break;
      if (each.state !== "waiting") continue;
      each.start();
      free -= 1;
    }
    this.sum.tell();
  }

  moved() {
    this.sum.moved();
  }

  secondsFor(rest) {
    return this.sum.secondsFor(rest);
  }

  ended(transfer) {
    this.sum.ended(transfer);
    this.advance();
  }

  received() {
    if (this.telling) return;
    const since = performance.now() - (this.toldAt ?? -CALM);
    this.telling = setTimeout(
      () => {
        this.telling = null;
        this.toldAt = performance.now();
        this.form.dispatchEvent(new CustomEvent("entente:received", { bubbles: true }));
      },
      Math.max(0, CALM - since),
    );
  }

  signedOut() {
    this.form.querySelector("[data-signed-out]").hidden = false;
  }

  signedIn() {
    this.form.querySelector("[data-signed-out]").hidden = true;
  }

  say(sentence) {
    this.problem.textContent = sentence;
    this.problem.hidden = !sentence;
  }
}
