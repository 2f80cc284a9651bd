// Sends the files of <form data-upload> one by one with real progress, while a worker computes each SHA-256, and says
// whether the server computed the same. Without scripts the same form is an ordinary one. All words come from the page:
// <template data-words> and <template data-row>. Fires "entente:received" on the form for each file received.
//
// The answer wanted: 201 {"exhibit": {number, name, size, sha256, receipt_pdf_url, url, notice?}};
// a refusal: 4xx or 5xx {"title", "what_to_do"}.

const RATE_WINDOW = 12_000; // milliseconds over which the speed is measured
const sending = new Set();

window.addEventListener("beforeunload", (event) => {
  if (sending.size) event.preventDefault();
});

export function prepareUploads(form) {
  if (form.hasAttribute("data-ready")) return;
  form.setAttribute("data-ready", "");
  new Upload(form);
}

class Upload {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector('input[type="file"]');
    this.list = form.querySelector(".upload-list");
    this.status = form.querySelector(".upload-status");
    this.row = form.querySelector("template[data-row]").content.firstElementChild;
    this.words = readWords(form.querySelector("template[data-words]"));
    this.limit = Number(form.dataset.limit);
    this.queue = [];
    this.current = null;
    this.total = 0;
    this.received = 0;
    this.input.multiple = this.input.hasAttribute("data-multiple");
    this.acceptDrops(form.querySelector(".drop"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.enqueue();
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
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      zone.removeAttribute("data-over");
      const dropped = new DataTransfer();
      for (const item of event.dataTransfer.items) {
        const entry = item.webkitGetAsEntry?.();
        const file = entry?.isDirectory ? null : item.getAsFile();
        if (file && (this.input.multiple || dropped.items.length === 0)) dropped.items.add(file);
      }
      if (dropped.files.length) this.input.files = dropped.files;
    });
  }

  enqueue() {
    const fields = new FormData(this.form);
    fields.delete(this.input.name);
    for (const file of this.input.files) this.add(file, fields);
    this.input.value = "";
    // A title and a date were said of these files, never of the next ones.
    for (const typed of this.form.querySelectorAll('input[type="text"], input[type="date"]')) typed.value = "";
    this.advance();
  }

  add(file, fields) {
    const row = this.row.cloneNode(true);
    const transfer = { file, fields, row, state: "waiting" };
    row.querySelector(".upload-name").textContent = file.name;
    row.querySelector("progress").setAttribute("aria-label", file.name);
    row.querySelector("[data-cancel]").addEventListener("click", () => this.cancel(transfer));
    row.querySelector("[data-retry]").addEventListener("click", () => this.retry(transfer));
    this.list.hidden = false;
    this.list.append(row);
    this.total += 1;
    this.offer(transfer);
  }

  offer(transfer) {
    if (transfer.file.size === 0) this.end(transfer, "failed", this.words.empty, { again: false });
    else if (transfer.file.size > this.limit) {
      const told = fill(this.words["too-large"], { limit: this.form.dataset.limitWords });
      this.end(transfer, "failed", told, { again: false });
    } else {
      const bar = transfer.row.querySelector("progress");
      bar.hidden = false;
      bar.value = 0;
      this.show(transfer, "waiting", this.words.waiting);
      this.queue.push(transfer);
    }
  }

  retry(transfer) {
    transfer.row.querySelector("[data-retry]").hidden = true;
    transfer.row.querySelector("[data-cancel]").hidden = false;
    transfer.row.querySelector(".upload-answer").hidden = true;
    this.offer(transfer);
    this.advance();
  }

  cancel(transfer) {
    this.queue = this.queue.filter((other) => other !== transfer);
    transfer.request?.abort();
    this.end(transfer, "cancelled", this.words.cancelled);
  }

  advance() {
    if (this.current) return;
    this.current = this.queue.shift() ?? null;
    if (this.current) this.send(this.current);
  }

  send(transfer) {
    const { file, fields, row } = transfer;
    const bar = row.querySelector("progress");
    const body = new FormData();
    for (const [name, value] of fields) body.append(name, value); // the token is the form's first field
    body.append(this.input.name, file, file.name);
    transfer.digest = digestOf(file, transfer);
    const samples = [];
    const request = new XMLHttpRequest();
    transfer.request = request;
    sending.add(transfer);
    request.upload.addEventListener("progress", (event) => {
      bar.max = event.total;
      bar.value = event.loaded;
      this.show(transfer, "sending", this.progressWords(event, samples));
    });
    request.upload.addEventListener("load", () => {
      bar.removeAttribute("value");
      row.querySelector("[data-cancel]").hidden = true; // what is sealed is kept: cancelling would promise otherwise
      this.show(transfer, "checking", this.words.checking);
    });
    request.addEventListener("load", () => this.answered(transfer, request));
    request.addEventListener("error", () => this.end(transfer, "failed", this.words.offline));
    request.open("POST", this.form.action);
    request.setRequestHeader("Accept", "application/json");
    request.send(body);
    this.show(transfer, "sending", this.progressWords({ loaded: 0, total: file.size }, samples));
  }

  progressWords({ loaded, total }, samples) {
    const now = performance.now();
    samples.push([now, loaded]);
    while (samples.length > 2 && now - samples[0][0] > RATE_WINDOW) samples.shift();
    const [since, before] = samples[0];
    const rate = now - since > 800 ? (loaded - before) / (now - since) : 0;
    const percent = Math.floor((100 * loaded) / Math.max(total, 1));
    const left = this.leftWords(rate > 0 ? (total - loaded) / rate / 1000 : null);
    return fill(this.words.sending, { sent: this.sizeWords(loaded), total: this.sizeWords(total), percent, left });
  }

  leftWords(seconds) {
    if (seconds === null) return this.words["left-unknown"];
    if (seconds < 90) return fill(this.words["left-seconds"], { n: Math.max(1, Math.ceil(seconds)) });
    if (seconds < 5400) return fill(this.words["left-minutes"], { n: Math.ceil(seconds / 60) });
    return fill(this.words["left-hours"], { n: Math.ceil(seconds / 3600) });
  }

  sizeWords(octets) {
    const units = this.words.units.split(" ");
    let value = octets;
    let unit = 0;
    while (value >= 999.5 && unit < units.length - 1) {
      value /= 1000;
      unit += 1;
    }
    const digits = unit > 0 && value < 99.95 ? 1 : 0;
    const shown = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: digits }).format(value);
    return `${shown}\u00a0${units[unit]}`;
  }

  async answered(transfer, request) {
    const answer = parsed(request.responseText);
    if (request.status < 200 || request.status > 299 || !answer?.exhibit) {
      const told = [answer?.title ?? this.words.refused, answer?.what_to_do].filter(Boolean).join(" ");
      this.end(transfer, "failed", told);
      return;
    }
    const { exhibit } = answer;
    const ours = await transfer.digest;
    const alike = ours === null ? null : ours === exhibit.sha256.toLowerCase();
    if (alike === false) this.end(transfer, "differs", this.words.differ, { loud: true });
    else {
      this.received += 1;
      this.end(transfer, "done", alike ? this.words.agree : this.words.received, { again: false });
    }
    this.showExhibit(transfer.row, exhibit);
    this.form.dispatchEvent(new CustomEvent("entente:received", { bubbles: true, detail: { exhibit } }));
  }

  showExhibit(row, exhibit) {
    const place = row.querySelector(".upload-answer");
    const code = document.createElement("code");
    code.textContent = exhibit.sha256.match(/.{1,8}/g).join(" ");
    const facts = [exhibit.number && fill(this.words.number, { number: exhibit.number }), this.sizeWords(exhibit.size)];
    place.replaceChildren(`${facts.filter(Boolean).join(" · ")} · SHA-256 `, code);
    if (exhibit.notice) place.append(document.createElement("br"), exhibit.notice);
    place.hidden = false;
    link(row.querySelector("[data-open]"), exhibit.url);
    link(row.querySelector("[data-receipt]"), exhibit.receipt_pdf_url);
  }

  show(transfer, state, words) {
    transfer.row.dataset.state = state;
    transfer.row.querySelector(".upload-words").textContent = words;
  }

  end(transfer, state, words, { again = true, loud = false } = {}) {
    sending.delete(transfer);
    transfer.worker?.terminate();
    transfer.request = null;
    this.show(transfer, state, words);
    const bar = transfer.row.querySelector("progress");
    bar.hidden = true;
    transfer.row.querySelector("[data-cancel]").hidden = true;
    transfer.row.querySelector("[data-retry]").hidden = !again;
    if (loud) transfer.row.querySelector(".upload-words").setAttribute("role", "alert");
    if (this.current === transfer) this.current = null;
    const heard = document.createElement("span");
    heard.className = "visually-hidden";
    heard.textContent = `${transfer.file.name}: ${words} `;
    this.status.replaceChildren(heard, fill(this.words.done, { done: this.received, total: this.total }));
    this.advance();
  }
}

function digestOf(file, transfer) {
  return new Promise((resolve) => {
    const worker = new Worker(new URL("./digest_worker.js", import.meta.url), { type: "module" });
    transfer.worker = worker;
    worker.addEventListener("message", (event) => {
      worker.terminate();
      resolve(event.data.digest);
    });
    worker.addEventListener("error", () => resolve(null));
    worker.postMessage({ file });
  });
}

function readWords(template) {
  return Object.fromEntries(
    Array.from(template.content.querySelectorAll("[data-word]"), (place) => [place.dataset.word, place.textContent]),
  );
}

function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function link(anchor, address) {
  if (!address?.startsWith("/")) return;
  anchor.href = address;
  anchor.hidden = false;
}
