// Receipts, proofs of existence and of redactions (entente-receipt/v1, entente-existence/v1, entente-redaction/v1): read strictly, followed to the log.
import { ProofRefused, equal, fromBase64, fromHex, hex, utf8 } from "./bytes.js";
import { checkSignature, readCheckpoint, readKey } from "./checkpoint.js";
import { canonical, isObject, readCanonical } from "./json.js";
import { HASH, MAX_SIZE, batchLeaf, entryHash, existenceLeaf, headLeaf, redactionCommitment, renewalLeaf, rootFromInclusion } from "./merkle.js";

export const MAX_PROOF_BYTES = 1024 * 1024;
const MAX_PATH = 64;
const MAX_STAMPS = 8;
const MAX_TOKEN = 64 * 1024;
const MAX_NAME = 200;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Reads each kind of proof; nothing is proven by reading. */
export function readProof(bytes) {
  const top = readCanonical(bytes, MAX_PROOF_BYTES);
  if (top.format === "entente-existence/v1") return readExistence(top);
  if (top.format === "entente-receipt/v1") return readReceipt(top);
  if (top.format === "entente-redaction/v1") return readRedaction(top);
  throw new ProofRefused("this is not a receipt of a known format", "ce n’est pas un reçu d’un format connu");
}

function readReceipt(top) {
  named(top, "format", "event", "salt", "space", "batch", "log", "stamps");
  if (!isObject(top.event)) throw wrong();
  const body = canonical(top.event);
  const batch = top.batch === null ? null : readBatch(top.batch, true);
  const log = top.log === null ? null : readLog(top.log);
  const stamps = readStamps(top.stamps);
  if ((batch === null) !== (log === null) || (log === null && stamps.length)) {
    throw new ProofRefused("the receipt is neither complete nor waiting", "le reçu n’est ni complet ni en attente");
  }
  const salt = bytesOf(top.salt, HASH);
  const space = readSpace(top.space);
  return {
    kind: "receipt",
    event: top.event,
    log,
    stamps,
    complete: log !== null,
    batchLeaf() {
      const root = rootFromInclusion(space.index, space.size, entryHash(salt, body), space.path);
      if (batch === null) throw incomplete();
      return [batch, headLeaf(space.pseudonym, space.size, root, batch.salt)];
    },
  };
}

function readExistence(top) {
  named(top, "format", "sha256", "size", "salt", "batch", "log", "stamps");
  if (typeof top.sha256 !== "string" || !/^[0-9a-f]{64}$/.test(top.sha256)) throw wrong();
  const size = integer(top.size);
  const salt = bytesOf(top.salt, HASH);
  const batch = readBatch(top.batch, false);
  return {
    kind: "existence",
    event: { sha256: top.sha256, size },
    sha256: top.sha256,
    size,
    log: readLog(top.log),
    stamps: readStamps(top.stamps),
    complete: true,
    batchLeaf: () => [batch, existenceLeaf(salt, size, fromHex(top.sha256))],
  };
}

/** A redacted copy's receipt, with what opens the commitment to its original. */
function readRedaction(top) {
  named(top, "format", "original_sha256", "salt", "receipt");
  if (![top.original_sha256, top.salt].every((each) => typeof each === "string" && /^[0-9a-f]{64}$/.test(each))) throw wrong();
  if (!isObject(top.receipt) || top.receipt.format !== "entente-receipt/v1") throw wrong();
  const receipt = readReceipt(top.receipt);
  const opened = redactionCommitment(fromHex(top.salt), fromHex(top.original_sha256));
  return {
    ...receipt,
    kind: "redaction",
    original: top.original_sha256,
    copy: typeof receipt.event.sha256 === "string" ? receipt.event.sha256 : "",
    batchLeaf() {
      if (receipt.event.redacts !== hex(opened)) {
        throw new ProofRefused("the copy was not said to be of this original", "la copie n’a pas été dite de cet original");
      }
      return receipt.batchLeaf();
    },
  };
}

/** Follows a proof up to its checkpoint, whose signature is not verified here. */
export function checkInclusion(proof) {
  if (!leads(...proof.batchLeaf(), proof.log)) {
    throw new ProofRefused("the proof leads to another root than the checkpoint's", "la preuve mène à une autre racine que celle du point de contrôle");
  }
}

export const checkProofSignature = (proof) => checkSignature(proof.log.checkpoint, proof.log.key);

/** Refuses unless these bytes stand in the log under a renewal's checkpoint, and it is signed. */
export async function checkRenewal({ batch, log }, checkpoint, token) {
  if (!leads(batch, renewalLeaf(utf8(checkpoint), token), log)) {
    throw new ProofRefused("a renewal of a time stamp leads to another root than its checkpoint's", "un renouvellement d’horodatage mène à une autre racine que celle de son point de contrôle");
  }
  await checkSignature(log.checkpoint, log.key);
}

function leads(batch, leaf, { checkpoint, index, path }) {
  const root = rootFromInclusion(batch.index, batch.width, leaf, batch.path);
  return equal(rootFromInclusion(index, checkpoint.size, batchLeaf(batch.slot, batch.width, root), path), checkpoint.root);
}

function readSpace(value) {
  named(value, "pseudonym", "index", "size", "path");
  if (typeof value.pseudonym !== "string" || !UUID.test(value.pseudonym)) throw wrong();
  const size = integer(value.size);
  return { pseudonym: value.pseudonym, size, index: integer(value.index, size), path: pathOf(value.path) };
}

function readBatch(value, salted) {
  named(value, "slot", "index", "width", "path", ...(salted ? ["salt"] : []));
  const width = integer(value.width);
  const salt = salted ? bytesOf(value.salt, HASH) : null;
  return { slot: integer(value.slot), salt, index: integer(value.index, width), width, path: pathOf(value.path) };
}

function readLog(value) {
  named(value, "index", "path", "checkpoint", "key");
  const checkpoint = readCheckpoint(string(value.checkpoint));
  const key = readKey(string(value.key));
  if (key.name !== checkpoint.origin) {
    throw new ProofRefused("the key is of another log than the checkpoint", "la clé est d’un autre registre que le point de contrôle");
  }
  return { index: integer(value.index, checkpoint.size), path: pathOf(value.path), checkpoint, key };
}

const readStamps = (value) => list(value, MAX_STAMPS).map((stamp) => readStamp(stamp, true));

/** A stamp; `renewals` is there only when there are any, and never within a renewal. */
function readStamp(stamp, mayBeRenewed) {
  const renewed = mayBeRenewed && isObject(stamp) && Object.hasOwn(stamp, "renewals");
  named(stamp, "authority", "independent", "token", "root", ...(renewed ? ["renewals"] : []));
  const { independent } = stamp;
  const authority = string(stamp.authority);
  const length = [...authority].length;
  if (typeof independent !== "boolean" || length < 1 || length > MAX_NAME) throw wrong();
  const renewals = renewed ? list(stamp.renewals, MAX_STAMPS).map(readRenewal) : [];
  if (renewed && renewals.length === 0) throw wrong();
  return { authority, independent, token: bytesOf(stamp.token), root: bytesOf(stamp.root), renewals };
}

function readRenewal(value) {
  named(value, "batch", "log", "stamp");
  return { batch: readBatch(value.batch, false), log: readLog(value.log), stamp: readStamp(value.stamp, false) };
}

function named(value, ...names) {
  if (!isObject(value) || Object.keys(value).sort().join() !== names.sort().join()) throw wrong();
}

function list(value, limit) {
  if (!Array.isArray(value) || value.length > limit) throw wrong();
  return value;
}

function integer(value, below = MAX_SIZE) {
  if (!Number.isSafeInteger(value) || value < 0 || BigInt(value) >= BigInt(below)) throw wrong();
  return value;
}

function string(value) {
  if (typeof value !== "string") throw wrong();
  return value;
}

const pathOf = (value) => list(value, MAX_PATH).map((step) => bytesOf(step, HASH));

function bytesOf(value, size = null) {
  const bytes = fromBase64(string(value));
  if (bytes === null || bytes.length === 0 || bytes.length > MAX_TOKEN || (size !== null && bytes.length !== size)) throw wrong();
  return bytes;
}

function wrong() {
  return new ProofRefused("a part of the receipt is not as it must be written", "une partie du reçu n’est pas écrite comme elle doit l’être");
}

function incomplete() {
  return new ProofRefused("nothing signed covers this receipt yet", "rien de signé ne couvre encore ce reçu");
}
