// One file on its way: hashed beside the page while tus sends it, resumed after whatever cuts it, then lodged.
//
// The server's answers: creation, HEAD, PATCH and DELETE as tus 1.0 has them; POST …/lodge with the digest computed here
// gives 201 {"exhibit": {number, name, size, sha256, url, receipt_pdf_url, warnings}}, or 200 {"archive": {"url"}} for a ZIP
// whose files are to be chosen. A refusal is 4xx or 5xx {"title", "what_to_do", "code"}.
import { percentOf } from "./words.js";

const FIRST_WAIT = 1_000; // milliseconds before the first try after a cut; each further one waits twice as long
const LONGEST_WAIT = 30_000;
const NOWHERE = { findAllUploads: async () => [], findUploadsByFingerprint: async () => [] };
const GONE = [404, 410];

// The library is large, so only a page with such a form asks for it, after all else is ready.
export async function loadTus() {
  await import("../vendor/tus-js-client-4.3.1.min.js");
  return window.tus.Upload;
}

export class Transfer {
  // source: {file, name, title, about, url}: url where the upload was begun before, on this device or another.
  constructor(desk, source) {
    Object.assign(this, { desk, ...source, sent: 0, safe: 0, tries: 0, state: "waiting", timer: null });
    this.size = this.file.size;
    window.addEventListener("online", () => this.timer && this.goOn());
  }

  get words() {
    return this.desk.words;
  }

  get living() {
    return ["sending", "offline", "signed-out", "checking"].includes(this.state);
  }

  start() {
    this.digest ??= digestOf(this);
    this.goOn();
  }

  // A token may change on the way, so each request asks for the newest; nothing is kept in the browser's storage.
  async begin() {
    const Upload = await loadTus();
    const upload = new Upload(this.file, {
      endpoint: this.desk.endpoint,
      uploadUrl: this.url ?? null,
      chunkSize: this.desk.chunk,
      retryDelays: null,
      storeFingerprintForResuming: false,
      fingerprint: async () => null,
      urlStorage: NOWHERE,
      metadata: { name: this.name, ...(this.title && { title: this.title }), ...this.about },
      headers: { Accept: "application/json" },
      onBeforeRequest: (request) => request.setHeader("X-CSRF-Token", this.desk.session.token),
      onUploadUrlAvailable: () => this.known(upload),
      onProgress: (sent) => this.progressed(sent),
      onChunkComplete: (_size, safe) => this.settled(safe),
      onSuccess: () => this.finish(),
      onError: (error) => upload === this.tus && this.failed(error),
    });
    return upload;
  }

  // The server has begun it. Whoever paused or cancelled meanwhile was not lost sight of: nothing stays behind begun.
  known(upload) {
    this.creating = false;
    upload.options.endpoint = null; // from here on it is this upload, or none: never a second one by itself
    if (upload === this.tus) this.url = upload.url;
    if (upload !== this.tus || this.state !== "sending") upload.abort();
    if (upload !== this.tus) this.drop(upload.url);
  }

  async goOn() {
    clearTimeout(this.timer);
    this.timer = null;
    this.sent = this.safe;
    this.desk.sum.begin();
    this.show("sending");
    if (this.received) {
      this.finish();
      return;
    }
    try {
      this.tus ??= await this.begin();
      if (this.state !== "sending" || this.creating) return;
      this.creating = !this.url;
      this.tus.start();
    } catch {
      this.lost("offline");
    }
  }

  progressed(sent) {
    if (this.state !== "sending") return;
    this.sent = sent;
    this.desk.moved(this);
    this.show("sending");
  }

  settled(safe) {
    this.safe = safe;
    this.tries = 0;
  }

  async finish() {
    this.received = true;
    this.sent = this.safe = this.size;
    this.show("checking");
    const ours = await this.digest;
    if (this.state !== "checking") return;
    let response;
    let answer;
    try {
      response = await fetch(`${this.url}/lodge`, {
        method: "POST",
        headers: { Accept: "application/json", "X-CSRF-Token": this.desk.session.token },
        body: new URLSearchParams({ sha256: ours ?? "", ...(this.insisted && { again: "yes" }) }),
      });
      answer = parsed(await response.text());
    } catch {
      this.lost("offline");
      return;
    }
    if (answer?.exhibit) this.lodged(answer.exhibit, ours);
    else if (answer?.archive) this.asked(answer.archive);
    else this.refused(response.status, answer);
  }

  lodged(exhibit, ours) {
    const alike = ours === null ? null : ours === exhibit.sha256.toLowerCase();
    if (alike === false) this.end("differs", this.words.say("differ"));
    else this.end("done", this.words.say(alike ? "agree" : "received"));
    this.row.exhibit(exhibit);
    this.desk.received();
  }

  asked({ url }) {
    this.end("asked", this.words.say("archive-asked"));
    this.row.link("choose", url);
  }

  failed(error) {
    this.creating = false;
    if (this.state === "paused") return;
    const status = error.originalResponse?.getStatus() ?? 0;
    if (status) this.refused(status, parsed(error.originalResponse.getBody()));
    else if (error.originalRequest) this.lost("offline");
    else this.end("failed", this.words.say("unreadable"), ["retry", "cancel"]);
  }

  async refused(status, answer) {
    if (status === 401 || (status === 403 && !answer?.code)) await this.signedOut(status);
    else if (GONE.includes(status) && this.url) this.gone();
    else if ([409, 423].includes(status) && !answer?.code) this.lost("busy");
    else if (status === 429 || status >= 500) this.lost("away");
    else if (answer?.code === "repeated_file") this.end("failed", told(answer, this.words), ["insist", "cancel"]);
    else if (answer?.code === "digest_mismatch") this.end("differs", this.words.say("differ"), ["again"]);
    else this.end("failed", told(answer, this.words), ["again"]);
  }

  // The same bytes were lodged before: once more, on purpose.
  insist() {
    this.insisted = true;
    this.show("waiting");
  }

  gone() {
    this.forget();
    this.end("failed", this.words.say("gone"), ["again"]);
  }

  // The line or the server is away: what is safe is said, and the next try comes by itself, or when the line is back.
  lost(why) {
    this.show("offline", this.words.say(why, { percent: percentOf(this.safe, this.size) }));
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.tries) * (0.75 + Math.random() / 2);
    this.tries += 1;
    this.timer = setTimeout(() => this.goOn(), wait);
  }

  // A sign-in that expired, or a token that changed: the page's own is asked for first, then one waits for the person.
  async signedOut(status) {
    const found = await this.desk.session.refresh();
    if (this.state === "paused" || this.state === "cancelled") return;
    if (found === "renewed") this.goOn();
    else if (found === "away") this.lost("offline");
    else if (found === "same" && status === 403) this.end("failed", this.words.say("refused"), ["again"]);
    else {
      this.show("signed-out", this.words.say("signed-out", { percent: percentOf(this.safe, this.size) }));
      this.desk.signedOut();
      await this.desk.session.restored();
      this.desk.signedIn();
      if (this.state === "signed-out") this.goOn();
    }
  }

  pause() {
    this.hold();
    const values = { safe: this.words.size(this.safe), whole: this.words.size(this.size) };
    this.show("paused", this.words.say("paused", values));
  }

  async cancel() {
    this.hold();
    this.end("cancelled", this.words.say("cancelled"), this.size ? ["again"] : []);
    const { url } = this;
    this.forget();
    if (url) await this.drop(url);
  }

  async drop(url) {
    const { session } = this.desk;
    const onBeforeRequest = (request) => request.setHeader("X-CSRF-Token", session.token);
    const Upload = await loadTus();
    await Upload.terminate(url, { retryDelays: [2_000, 10_000], onBeforeRequest }).catch(() => {}); // else it is swept
  }

  // What was cancelled or refused is sent once more, from its first byte.
  again() {
    this.forget();
    this.show("waiting");
  }

  hold() {
    clearTimeout(this.timer);
    this.timer = null;
    if (!this.creating) this.tus?.abort();
  }

  forget() {
    this.tus = null;
    this.creating = false;
    this.url = null;
    this.received = false;
    this.sent = this.safe = this.tries = 0;
  }

  end(state, sentence, acts = []) {
    this.worker?.terminate();
    this.digest = null;
    this.show(state, sentence, acts);
    this.desk.ended(this);
  }

  show(state, sentence = this.sentence(state), acts = ACTS[state] ?? []) {
    this.state = state;
    const progress = { checking: "unknown", done: null, asked: null, failed: null, differs: null, cancelled: null };
    this.row.show(state, sentence, { acts, progress: state in progress ? progress[state] : this.sent / this.size });
  }

  sentence(state) {
    if (state !== "sending") return this.words.say(state);
    const values = { sent: this.words.size(this.sent), total: this.words.size(this.size) };
    const left = this.words.left(this.desk.secondsFor(this.size - this.sent));
    return this.words.say("sending", { ...values, percent: percentOf(this.sent, this.size), left });
  }
}

const ACTS = {
  waiting: ["cancel"],
  sending: ["pause", "cancel"],
  offline: ["now", "pause", "cancel"],
  "signed-out": ["cancel"],
  paused: ["resume", "cancel"],
};

function digestOf(transfer) {
  return new Promise((resolve) => {
    const worker = new Worker(new URL("../digest_worker.js", import.meta.url), { type: "module" });
    transfer.worker = worker;
    worker.addEventListener("message", (event) => {
      worker.terminate();
      resolve(event.data.digest);
    });
    worker.addEventListener("error", () => resolve(null));
    worker.postMessage({ file: transfer.file });
  });
}

function told(answer, words) {
  return [answer?.title ?? words.say("refused"), answer?.what_to_do].filter(Boolean).join(" ");
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
