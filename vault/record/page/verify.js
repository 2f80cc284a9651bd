// Verification of a sealed record, of the package around it, or of one file with its receipt; the order of vault/record/verify.py.
import { sha256 } from "../static/vendor/noble-hashes-2.4.0/sha2.js";
import { ProofRefused, RecordRefused, equal, hex, textOf } from "./bytes.js";
import { readBag, small } from "./bag.js";
import { certificateOf } from "./destroyed.js";
import { fails, holds, inEnglish, inFrench, judgeInclusion, judgeSignature, judgeTime, notClaimed } from "./judge.js";
import { canonical, isObject, valuesUnder } from "./json.js";
import { isSignedPdf } from "./pdf.js";
import { judgeRevision, judgeSeal } from "./pdfseal.js";
import { readProof } from "./receipt.js";
import { looksLikeZip, openZip, slices } from "./zip.js";

const SEAL = "tag_manifest_sha256";
const EVENTS = "data/record/events.jsonl";
const RECEIPTS = "proof/receipts/";
const SUFFIX = ".receipt.json";

/**
 * Four verdicts, and of a PDF with a seal of its own a fifth (`seal`), on a file (Blob, or null) with the bytes of its proof (or null). `trust` holds keys and roots that the
 * reader brought, and when they read (`now`, milliseconds); `seen` is told how many bytes were read. Throws nothing for bad input: the report says what fails.
 */
export async function verify(file, proofBytes, trust, seen) {
  try {
    return await verified(file, proofBytes, trust, seen);
  } catch (error) {
    if (!(error instanceof RecordRefused || error instanceof ProofRefused)) throw error;
    return nothing(fails(error.english, `illisible ou altéré (${error.french})`));
  }
}

async function verified(file, proofBytes, trust, seen) {
  if (file === null) return proofAlone(readProof(proofBytes), trust);
  const zipped = await looksLikeZip(file);
  if (!zipped || (proofBytes !== null && !claimsSeal(proofBytes))) return oneFile(file, proofBytes, trust, seen);
  const files = await openZip(file);
  const inner = files.paths.filter((path) => !path.includes("/") && path.endsWith(SUFFIX)).map((path) => path.slice(0, -SUFFIX.length));
  if (inner.length === 1 && files.paths.includes(`${inner[0]}.zip`)) {
    for (const path of files.paths) if (path !== `${inner[0]}.zip`) await files.check(path);
    return record(await files.inside(`${inner[0]}.zip`), await small(files, inner[0] + SUFFIX), trust, seen);
  }
  if (files.paths.some((path) => path === "bagit.txt" || path.endsWith("/bagit.txt"))) return record(files, proofBytes, trust, seen);
  return oneFile(file, proofBytes, trust, seen);
}

async function record(outer, sealBytes, trust, seen) {
  const files = rooted(outer);
  let facts;
  try {
    facts = await readBag(files, seen);
  } catch (error) {
    if (!(error instanceof RecordRefused)) throw error;
    return nothing(fails(error.english, `le dossier a été altéré (${error.french})`));
  }
  if (sealBytes === null) {
    const none = notClaimed("no receipt of the sealing", "pas de reçu du scellement");
    return {
      bytes: holds(
        `as the record's own lists say, which nobody outside confirms: ${inEnglish(facts.files, "file")}`,
        `conforme aux listes du dossier, que nul ne confirme : ${inFrench(facts.files, "fichier")}`,
      ),
      inclusion: fails(
        "the receipt of the sealing is missing: nobody vouches for the lists inside the record",
        "le reçu du scellement manque : personne ne répond des listes que contient le dossier",
      ),
      time: none,
      signature: none,
      proof: null,
    };
  }
  const seal = sealReceipt(sealBytes);
  const named = valuesUnder(seal.event, SEAL);
  if (named.length !== 1 || named[0] !== facts.seal) {
    return judged(fails("the receipt is of another seal", "le reçu est celui d’un autre scellement"), [seal], trust);
  }
  const told = await eventsTold(files);
  return judged(
    holds(
      `as sealed: ${inEnglish(facts.files, "file")}, ${inEnglish(facts.size, "byte")}`,
      `tels que scellés : ${inFrench(facts.files, "fichier")}, ${inFrench(facts.size, "octet")}`,
    ),
    [...told, seal],
    trust,
  );
}

async function oneFile(file, proofBytes, trust, seen) {
  const isSealed = await isSignedPdf(file);
  const certificate = proofBytes === null ? await certificateOf(file) : null;
  if (certificate !== null) {
    const report = await judged(certificate.bytes, [certificate.proof], trust);
    return isSealed ? { ...report, seal: await judgeSeal(file, false, trust) } : report;
  }
  if (proofBytes === null && isSealed) return { ...unasked(), seal: await judgeSeal(file, false, trust) };
  if (proofBytes === null) {
    throw new RecordRefused(
      "this is no sealed record, and no receipt was given for it",
      "ce n’est pas un dossier scellé, et aucun reçu n’a été donné",
    );
  }
  const proof = readProof(proofBytes);
  const digest = await digestOf(file, seen);
  const bytes = judgeFile(proof, digest, file.size);
  if (!isSealed) return judged(bytes, [proof], trust);
  const isNamed = bytes.status === "holds";
  const better = isNamed ? null : await judgeRevision(file, ...namedBy(proof), digest);
  const report = await judged(better ?? bytes, [proof], trust);
  return { ...report, seal: await judgeSeal(file, isNamed, trust) };
}

/** Digests and sizes that a proof names. */
function namedBy(proof) {
  if (proof.kind === "existence") return [[proof.sha256], [proof.size]];
  return proof.kind === "receipt" ? [valuesUnder(proof.event, "sha256"), valuesUnder(proof.event, "size")] : [[], []];
}

/** Of a PDF without a receipt: nothing is known but what its seal says. */
function unasked() {
  const none = notClaimed(
    "no receipt was given: what the register says of this file is not known",
    "aucun reçu n’a été donné : ce que le registre dit de ce fichier n’est pas connu",
  );
  return { bytes: none, inclusion: none, time: none, signature: none, proof: null };
}

/** Whether a file with this digest and size is the one that a proof names. */
function judgeFile(proof, digest, size) {
  const { kind, original, copy } = proof;
  if (kind === "redaction" && digest === copy) {
    return holds(
      `the file is the redacted copy (SHA-256 ${digest}) of the original with SHA-256 ${original}`,
      `le fichier est la copie caviardée (SHA-256 ${digest}) de l’original d’empreinte SHA-256 ${original}`,
    );
  }
  if (kind === "redaction" && digest === original) {
    return holds(
      `the file is the original (SHA-256 ${digest}) of the redacted copy with SHA-256 ${copy}`,
      `le fichier est l’original (SHA-256 ${digest}) de la copie caviardée d’empreinte SHA-256 ${copy}`,
    );
  }
  const named =
    kind === "existence" ? proof.sha256 === digest && proof.size === size : kind === "receipt" && valuesUnder(proof.event, "sha256").includes(digest);
  if (named) return holds(`the file is the one that the receipt names (SHA-256 ${digest})`, `le fichier est celui que nomme le reçu (SHA-256 ${digest})`);
  return fails(
    `the receipt is of another file (this one has SHA-256 ${digest})`,
    `le reçu est celui d’un autre fichier (celui-ci a l’empreinte SHA-256 ${digest})`,
  );
}

/** SHA-256 of a file in hexadecimal, in constant memory. */
export async function digestOf(file, seen) {
  const hash = sha256.create();
  for await (const chunk of slices(file)) {
    hash.update(chunk);
    seen(chunk.length);
  }
  return hex(hash.digest());
}

function proofAlone(proof, trust) {
  return judged(notClaimed("no file was given: not looked at", "aucun fichier n’a été donné : non examiné"), [proof], trust);
}

async function judged(bytes, proofs, trust) {
  return {
    bytes,
    inclusion: judgeInclusion(proofs),
    time: await judgeTime(proofs, trust),
    signature: await judgeSignature(proofs, trust),
    proof: proofs.at(-1),
  };
}

/** Receipts of the events that the record tells, each of which must be of its line's event. */
async function eventsTold(files) {
  const lines = splitLines(await small(files, EVENTS));
  const named = new Set();
  const told = [];
  for (const line of lines) {
    const { receipt: path } = readLine(line);
    if (typeof path !== "string" || !path.startsWith(RECEIPTS) || named.has(path)) {
      throw new RecordRefused(`a line of ${EVENTS} names no receipt of its own`, `une ligne de ${EVENTS} ne nomme aucun reçu qui soit le sien`);
    }
    named.add(path);
    const receipt = sealReceipt(await small(files, path));
    if (!equal(canonical({ event: receipt.event, receipt: path }), line)) {
      throw new RecordRefused(`${path} is the receipt of another event`, `${path} est le reçu d’un autre événement`);
    }
    told.push(receipt);
  }
  const stray = files.paths.filter((path) => path.startsWith(RECEIPTS) && !named.has(path)).sort()[0];
  if (stray) throw new RecordRefused(`${stray} is the receipt of no event told`, `${stray} n’est le reçu d’aucun événement raconté`);
  return told;
}

function splitLines(bytes) {
  const lines = [];
  let start = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  if (start !== bytes.length) throw new RecordRefused(`${EVENTS} is cut short`, `${EVENTS} est tronqué`);
  return lines;
}

function readLine(line) {
  try {
    const value = JSON.parse(textOf(line));
    if (isObject(value)) return value;
  } catch {
    // said below
  }
  throw new RecordRefused(`a line of ${EVENTS} is not JSON`, `une ligne de ${EVENTS} n’est pas du JSON`);
}

/** A receipt, and no proof of another kind: what a record and its seal need. */
function sealReceipt(bytes) {
  const proof = readProof(bytes);
  if (proof.kind !== "receipt") throw new ProofRefused("this is not a receipt of a known format", "ce n’est pas un reçu d’un format connu");
  return proof;
}

function claimsSeal(proofBytes) {
  try {
    return valuesUnder(readProof(proofBytes).event, SEAL).length > 0;
  } catch {
    return true;
  }
}

/** The bag's own folder: the one given, or the only one inside. */
function rooted(files) {
  if (files.paths.includes("bagit.txt")) return files;
  const tops = new Set(files.paths.map((path) => path.split("/")[0]));
  if (tops.size !== 1) throw new RecordRefused("a record is one folder, and this holds several things", "un dossier scellé est un seul dossier, et ceci contient plusieurs choses");
  return files.below([...tops][0]);
}

/** What failed before anything else could be looked at. */
export function nothing(bytes) {
  const rest = notClaimed("not looked at", "non examiné");
  return { bytes, inclusion: rest, time: rest, signature: rest, proof: null };
}
