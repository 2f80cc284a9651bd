// The page: takes what a person drops or chooses, and shows four verdicts. Nothing leaves it.
import { StampRefused, ProofRefused, fromBase64, momentWords, textOf } from "./bytes.js";
import { readCertificate } from "./certificate.js";
import { readKey } from "./checkpoint.js";
import { certificateOf } from "./destroyed.js";
import { allHolds, fails } from "./judge.js";
import { attachedProofs, looksLikePdf } from "./pdf.js";
import { MAX_PROOF_BYTES, readProof } from "./receipt.js";
import { digestOf, nothing, verify } from "./verify.js";

const TITLES = {
  bytes: ["Bytes", "Contenu", "Is it the same file, to the last byte?", "Est-ce le même fichier, au dernier octet près ?"],
  inclusion: ["Inclusion", "Inscription", "Does it stand in the log?", "Est-ce inscrit au registre ?"],
  time: ["Time", "Date", "Since when, says a clock that is not ours?", "Depuis quand, selon une horloge qui n’est pas la nôtre ?"],
  signature: ["Signature", "Signature", "Who signed the log?", "Qui a signé le registre ?"],
  seal: ["The PDF’s own seal", "Cachet du PDF", "What does the file say by itself?", "Que dit le fichier de lui-même ?"],
};
const STATUS = {
  holds: ["holds", "confirmé", "\u2713"],
  fails: ["FAILS", "NON CONFIRMÉ", "\u2717"],
  "not claimed": ["not claimed", "non prétendu", "\u2013"],
};
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?\+00:00$/;
const FACTS = [
  ["number", "Exhibit", "Pièce"],
  ["title", "Title", "Titre"],
  ["file_name", "File", "Fichier"],
  ["size", "Size in bytes", "Taille en octets"],
  ["sha256", "SHA-256", "SHA-256"],
  ["tag_manifest_sha256", "Seal of the record", "Sceau du dossier"],
  ["at", "Recorded, says the platform", "Enregistré, selon la plateforme"],
  ["event", "What happened", "Ce qui s’est passé"],
];
/** What happened, in words, where one is likely to hold its receipt; any other event is shown by its name. */
const EVENTS = {
  ExhibitPrepared: ["an exhibit was put into a private draft", "une pièce a été déposée dans un brouillon privé"],
  ExhibitLodgedApart: ["an exhibit was lodged for the mediator", "une pièce a été déposée en aparté"],
  ExhibitLodged: ["an exhibit was lodged before everyone", "une pièce a été déposée devant tous"],
  ExhibitReplacedApart: ["an exhibit was replaced apart", "une pièce a été remplacée en aparté"],
  ExhibitReplaced: ["an exhibit was replaced before everyone", "une pièce a été remplacée devant tous"],
  ExhibitShared: ["an exhibit was shared with everyone", "une pièce a été partagée avec tous"],
  ExhibitDisclosed: ["an exhibit was disclosed on consent", "une pièce a été communiquée avec l’accord de sa partie"],
  DocumentHanded: ["a document was handed over in a caucus", "un document a été remis en aparté"],
  DocumentStamped: ["a sealed document got a further time stamp", "un document scellé a reçu un nouvel horodatage"],
  ConventionDocumented: ["a signed agreement to mediate was drawn up", "une convention de médiation signée a été établie"],
  AgreementDocumented: ["a signed agreement was drawn up", "un accord signé a été établi"],
  EndCertified: ["the end of the mediation was certified", "la fin de la médiation a été constatée"],
  AttemptRecorded: ["an attempt at mediation was recorded", "une tentative de médiation a été constatée"],
  RecordSealed: ["the record was sealed", "le dossier a été scellé"],
  Destroyed: ["something was destroyed for good", "quelque chose a été détruit pour de bon"],
};

const root = document.documentElement;
const part = (id) => document.getElementById(id);
const given = { file: null, receipt: null };
let turn = 0;

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  made.append(...children);
  return made;
}

/** The same words in both languages; the style sheet shows the one that is read. */
const both = (english, french) => [
  element("span", { lang: "en" }, english),
  element("span", { lang: "fr" }, french.replace(/ (?=[;:?!»])/g, "\u00a0")),
];

function speak(language) {
  root.lang = language;
  document.title = part(`title-${language}`).textContent;
  document.querySelectorAll("[data-speak]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.speak === language)));
}

async function proofsIn(blob) {
  if (await looksLikePdf(blob)) return attachedProofs(blob);
  if (blob.size > MAX_PROOF_BYTES) return [];
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return /^\s*\{.*"format"\s*:\s*"entente-(receipt|existence|redaction)/s.test(textOf(bytes) ?? "") ? [bytes] : [];
}

/**
 * Puts each file where it belongs: a proof to the receipts, unless it is itself what is to be verified. A certificate of
 * destruction is both: it is verified by itself until another file comes.
 */
async function take(files) {
  root.dataset.state = "busy";
  turn += 1; // what is being looked at meanwhile no longer counts
  for (const file of files) {
    if (given.file !== null && given.receipt === null && (await certificateOf(given.file)) !== null) {
      given.receipt = given.file;
      given.file = null;
    }
    const isProof = (await proofsIn(file)).length > 0;
    const byItself = isProof && given.file === null && (await certificateOf(file)) !== null;
    given[isProof && !byItself && given.receipt === null ? "receipt" : "file"] = file;
  }
  await run();
}

function trusted() {
  const fault = part("trust-fault");
  fault.replaceChildren();
  try {
    const keys = part("key").value.split("\n").map((line) => line.trim()).filter(Boolean).map(readKey);
    const roots = [...part("roots").value.matchAll(/-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g)].map((found) => {
      const bytes = fromBase64(found[1].replace(/\s/g, ""));
      if (bytes === null) throw new StampRefused("base64", "base64");
      readCertificate(bytes);
      return bytes;
    });
    if (part("roots").value.trim() && roots.length === 0) throw new StampRefused("PEM", "PEM");
    return { keys, roots, now: Date.now() };
  } catch (error) {
    const words = error instanceof ProofRefused
      ? [`The key you trust cannot be read: ${error.english}.`, `La clé à laquelle vous faites confiance est illisible : ${error.french}.`]
      : ["The root certificate that you trust cannot be read: paste it whole, in PEM.", "Le certificat racine auquel vous faites confiance est illisible : collez-le en entier, au format PEM."];
    part("trust").open = true;
    fault.append(...both(...words));
    return null;
  }
}

async function run() {
  turn += 1;
  const mine = turn;
  for (const name of ["file", "receipt"]) {
    const chosen = part(name).files[0] === given[name]; // then the browser shows its name already
    part(`${name}-name`).textContent = (chosen ? null : given[name])?.name ?? "";
  }
  part("report").hidden = true;
  delete part("report").dataset.holds; // no earlier verdict may stand beside other files
  part("verdicts").replaceChildren();
  part("whose").hidden = part("says").hidden = true;
  root.dataset.state = "busy";
  const trust = trusted();
  if (trust !== null && (given.file || given.receipt)) await judge(trust, () => mine === turn);
  if (mine === turn) root.dataset.state = "done";
}

async function judge(trust, current) {
  const total = given.file?.size ?? 0;
  const bar = part("progress");
  let read = 0;
  bar.hidden = false;
  const seen = (count) => {
    read += count;
    if (current()) bar.value = total ? Math.min(read / total, 1) : 1;
  };
  try {
    const [proof] = given.receipt ? await proofsIn(given.receipt) : [];
    const bytes = proof ?? (given.receipt ? new Uint8Array(await given.receipt.slice(0, MAX_PROOF_BYTES + 1).arrayBuffer()) : null);
    const empty = proof === undefined && given.receipt !== null && (await looksLikePdf(given.receipt));
    const alone = given.file === null && given.receipt !== null && (await certificateOf(given.receipt)) !== null;
    const report = alone
      ? await verify(given.receipt, null, trust, seen)
      : empty
      ? nothing(fails("no receipt is attached to this PDF", "aucun reçu n’est joint à ce PDF"))
      : await verify(given.file, bytes, trust, seen);
    if (current()) await write(report, trust);
  } catch {
    if (current()) part("summary").replaceChildren(...both("This browser could not finish. Nothing is said about the file.", "Ce navigateur n’a pas pu terminer. Rien n’est dit du fichier."));
    if (current()) part("report").hidden = false;
  } finally {
    if (current()) bar.hidden = true;
  }
}

async function write(report, trust) {
  const held = allHolds(report);
  const names = Object.keys(TITLES).filter((name) => report[name]);
  const failed = names.some((name) => report[name].status === "fails");
  part("report").dataset.holds = String(held);
  part("report").dataset.tone = held && !failed ? "good" : failed ? "bad" : "wait";
  part("summary").replaceChildren(
    ...(held && failed
      ? both("It is the file that was recorded, but the seal inside it does not hold.", "C’est bien le fichier inscrit au registre, mais le cachet qu’il porte ne tient pas.")
      : held
      ? both("All that is claimed holds.", "Tout ce qui est prétendu est confirmé.")
      : failed
        ? both("Verification FAILED. Do not rely on it; keep the file and the receipt, and ask the centre.", "La vérification a ÉCHOUÉ. Ne vous y fiez pas ; conservez le fichier et le reçu, et interrogez le centre.")
        : both("Not everything could be looked at: this is no confirmation.", "Tout n’a pas pu être examiné : ce n’est pas une confirmation.")),
  );
  part("verdicts").replaceChildren(...names.map((name) => verdictRow(name, report[name])));
  part("whose").hidden = report.proof?.log == null || trust.keys.length > 0;
  part("fingerprint").textContent = (report.proof?.log?.key.fingerprint ?? "").replace(/(.{8})(?=.)/g, "$1 ");
  const facts = report.proof ? factRows(report.proof.event) : [];
  part("facts").replaceChildren(...facts);
  part("says").hidden = facts.length === 0;
  await showCode();
  part("report").hidden = false;
  part("report").focus();
}

function verdictRow(name, { status, en, fr }) {
  const [titleEn, titleFr, askEn, askFr] = TITLES[name];
  const [wordEn, wordFr, sign] = STATUS[status];
  return element(
    "li",
    { "data-verdict": name, "data-status": status },
    element("h3", {}, ...both(titleEn, titleFr), element("span", { class: "status" }, element("span", { "aria-hidden": "true" }, `${sign} `), ...both(wordEn, wordFr))),
    element("p", { class: "ask" }, ...both(askEn, askFr)),
    element("p", { class: "reason" }, ...both(en, fr)),
  );
}

/** A digest in groups; what happened in words; the platform's own moments to the second; anything else as it was written. */
function shown(value) {
  if (/^[0-9a-f]{64}$/.test(value)) return [element("code", {}, value.replace(/(.{8})(?=.)/g, "$1 "))];
  if (Object.hasOwn(EVENTS, value)) return both(...EVENTS[value]);
  const moment = MOMENT.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(moment) ? [String(value)] : both(...momentWords(moment));
}

function factRows(event) {
  return FACTS.filter(([name]) => ["string", "number"].includes(typeof event[name])).flatMap(([name, english, french]) => [
    element("dt", {}, ...both(english, french)),
    element("dd", {}, ...shown(event[name])),
  ]);
}

/** What the code on a printed receipt says: a digest, which is compared and proves nothing by itself. */
async function showCode() {
  const digest = /^#sha256=([0-9a-f]{64})$/.exec(location.hash)?.[1];
  part("code").hidden = digest === undefined;
  if (digest === undefined) return;
  part("code-digest").textContent = digest.replace(/(.{8})(?=.)/g, "$1 ");
  const verdict = part("code-verdict");
  verdict.replaceChildren();
  if (given.file === null) return;
  const same = (await digestOf(given.file, () => {})) === digest;
  verdict.dataset.same = String(same);
  verdict.append(...(same ? both("The file that you gave has it.", "Le fichier que vous avez donné l’a.") : both("The file that you gave has ANOTHER one.", "Le fichier que vous avez donné en a une AUTRE.")));
}

for (const name of ["file", "receipt"]) {
  part(name).addEventListener("change", (event) => {
    const [file] = event.target.files;
    given[name] = name === "receipt" ? (file ?? null) : null;
    void (file && name === "file" ? take([file]) : run());
  });
}
for (const name of ["key", "roots"]) part(name).addEventListener("change", () => void run());
document.querySelectorAll("[data-speak]").forEach((button) => button.addEventListener("click", () => speak(button.dataset.speak)));
part("again").addEventListener("click", () => {
  given.file = given.receipt = null;
  document.querySelectorAll("input[type=file]").forEach((input) => { input.value = ""; });
  void run();
});
part("print").addEventListener("click", () => print());
addEventListener("dragover", (event) => {
  event.preventDefault();
  root.dataset.over = "yes";
});
addEventListener("dragleave", (event) => { if (event.relatedTarget === null) delete root.dataset.over; });
addEventListener("drop", (event) => {
  event.preventDefault();
  delete root.dataset.over;
  void take([...event.dataTransfer.files]);
});
addEventListener("hashchange", () => void showCode());

speak(root.dataset.language || (navigator.language.toLowerCase().startsWith("fr") ? "fr" : "en"));
part("tool").hidden = false;
part("plain-http").hidden = Boolean(globalThis.crypto?.subtle);
root.dataset.state = "idle";
void showCode();
