// The seal inside a PDF: what it covers, whether it holds, how much follows it. What follows is not read here: whether it is proofs
// only, a PDF reader and `entente verify` say. The certificate is the one that the PDF brought; its fingerprint tells whose it is.
import { sha256 } from "../static/vendor/noble-hashes-2.4.0/sha2.js";
import { StampRefused, equal, fromHex, hex, joined, latin1, momentWords } from "./bytes.js";
import { OID, SEQUENCE, SET, readStart } from "./der.js";
import { fails, holds, inEnglish, inFrench, notClaimed } from "./judge.js";
import { checkDetached, checkToken, enclosedRoots } from "./token.js";

const RANGE = /\/ByteRange\s*\[\s*0\s+(\d{1,9})\s+(\d{1,9})\s+(\d{1,9})\s*\]/g;
const END = /%%EOF(?:\r\n|\n|\r)?/g;
const STAMP = /\/SubFilter\s*\/ETSI\.RFC3161\b/;
const DETACHED = /\/SubFilter\s*\/(?:ETSI\.CAdES|adbe\.pkcs7)\.detached\b/;
const FINAL = /\/DocMDP\b[^]*\/P\s+1\b/;
const PAGE = /\/Type\s*\/Page\b/;
const MOST = 64;
const GRANTED = new Uint8Array([0x30, 0x03, 0x02, 0x01, 0x00]);
const NAMES = { "2.5.4.10": 0, "2.5.4.3": 1 }; // the organisation, then what it is called

/** Signatures by where what they cover ends; whether they hold is not said. What is no signature is left out. */
function signaturesIn(bytes, text) {
  const found = [];
  for (const place of [...text.matchAll(RANGE)].slice(0, MOST)) {
    const [start, gapEnd, length] = place.slice(1).map(Number);
    const gap = text.slice(start, gapEnd);
    const stop = gapEnd + length;
    if (stop > bytes.length || gap.length % 2 || !/^<[0-9A-Fa-f]*>$/.test(gap)) continue;
    const head = text.slice(Math.max(text.lastIndexOf(" obj", Math.min(start, place.index)), 0), start);
    const tail = text.slice(gapEnd, Math.max(text.indexOf("endobj", Math.max(gapEnd, place.index)), gapEnd));
    found.push({ start, gapEnd, stop, cms: fromHex(gap.slice(1, -1)), words: head + tail });
  }
  return found.sort((one, other) => one.stop - other.stop);
}

const covered = (bytes, { start, gapEnd, stop }) => joined(bytes.subarray(0, start), bytes.subarray(gapEnd, stop));

/** Length of the revision of this file that has one of these SHA-256 digests (hexadecimal), or null. */
function earlierRevision(bytes, text, named) {
  for (const place of [...text.matchAll(END)].slice(0, MOST)) {
    const end = place.index + place[0].length;
    if (end < bytes.length && named.includes(hex(sha256(bytes.subarray(0, end))))) return end;
  }
  return null;
}

/** How a PDF differs from the one that a proof names: longer or shorter; null where that is not known. */
export async function judgeRevision(blob, named, sizes, digest) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const earlier = earlierRevision(bytes, latin1(bytes), named);
  if (earlier !== null) {
    const more = bytes.length - earlier;
    return fails(
      `the receipt is of this file as it was before ${inEnglish(more, "byte")} were added at its end: renewed time stamps, or a change (it now has SHA-256 ${digest})`,
      `le reçu est celui de ce fichier avant que ${inFrench(more, "octet")} ne soient ajoutés à sa fin : horodatages renouvelés, ou modification (son empreinte SHA-256 est maintenant ${digest})`,
    );
  }
  if (sizes.length === 1 && bytes.length < sizes[0]) {
    return fails(
      `this file is shorter than the one that the receipt names: ${inEnglish(bytes.length, "byte")} instead of ${sizes[0].toLocaleString("en")} (it has SHA-256 ${digest})`,
      `ce fichier est plus court que celui que nomme le reçu : ${inFrench(bytes.length, "octet")} au lieu de ${inFrench(sizes[0], "octet")} (son empreinte SHA-256 est ${digest})`,
    );
  }
  return null;
}

/** What the seal of a PDF says by itself. `isNamed`: a receipt names this very file, so that nothing was added since. */
export async function judgeSeal(blob, isNamed, trust) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const text = latin1(bytes);
  const signed = signaturesIn(bytes, text);
  const seals = signed.filter(({ words }) => !STAMP.test(words));
  if (seals.length === 0) return fails("no seal could be found in it", "aucun cachet n’a pu y être trouvé");
  const [seal] = seals;
  if (seals.length > 1 && FINAL.test(seal.words)) {
    return fails(
      "somebody else signed after the seal, which allows no other signature",
      "quelqu’un d’autre a signé après le cachet, qui n’admet aucune autre signature",
    );
  }
  const last = signed.at(-1).stop;
  if (PAGE.test(text.slice(last))) {
    return fails(
      `a page was changed after the last seal or time stamp: ${inEnglish(bytes.length - last, "byte")} were added`,
      `une page a été modifiée après le dernier cachet ou horodatage : ${inFrench(bytes.length - last, "octet")} ajoutés`,
    );
  }
  let moment = null;
  for (const stamp of signed.filter(({ words }) => STAMP.test(words))) {
    const found = await momentOf(stamp, bytes, trust);
    if (found === "other") return fails("a time stamp in it is over other bytes", "un horodatage qu’il porte est celui d’autres octets");
    moment ??= found;
  }
  if (!DETACHED.test(seal.words)) return unread();
  try {
    return said(await checkDetached(readStart(seal.cms), covered(bytes, seal)), seal, bytes.length, moment, { isNamed, trust });
  } catch (error) {
    if (!(error instanceof StampRefused)) throw error;
    if (!error.broken) return unread();
    return fails("the seal does not hold: what it covers was changed", "le cachet ne tient pas : ce qu’il couvre a été modifié");
  }
}

const unread = () =>
  notClaimed(
    "the PDF bears an electronic seal or signature of a kind that this page does not read: open it in a PDF reader, or run pdfsig",
    "le PDF porte un cachet ou une signature électronique d’une sorte que cette page ne lit pas : ouvrez-le dans un lecteur PDF, ou lancez pdfsig",
  );

/** When a document was stamped, under a root that is trusted or enclosed; null where there is neither, "other" for other bytes. */
async function momentOf(stamp, bytes, trust) {
  try {
    const token = readStart(stamp.cms);
    const facts = await checkToken(wrapped(token), covered(bytes, stamp), [...trust.roots, ...enclosedRoots(token)]);
    return { time: facts.time, trusted: trust.roots.some((root) => equal(root, facts.root)) };
  } catch (error) {
    if (!(error instanceof StampRefused)) throw error;
    return error.english.includes("other bytes") ? "other" : null;
  }
}

/** A token as an authority would have answered it: with its status before it. */
function wrapped(token) {
  const size = GRANTED.length + token.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return joined(new Uint8Array([SEQUENCE, ...length]), GRANTED, token);
}

function said(certificate, seal, size, moment, { isNamed, trust }) {
  const name = nameOf(certificate.subject);
  const print = hex(sha256(certificate.whole));
  const known = trust.roots.some((root) => equal(root, certificate.whole));
  const whose = known ? "whose certificate you trust" : `by the certificate enclosed (SHA-256 ${print})`;
  const deQui = known ? "dont vous tenez le certificat pour sûr" : `par le certificat joint (SHA-256 ${print})`;
  let [when, quand] = [", with no time stamp of the whole", ", sans horodatage du tout"];
  if (moment !== null) {
    const [english, french] = momentWords(moment.time);
    when = `, time-stamped ${english}${moment.trusted ? "" : ", says an authority whose certificate is enclosed"}`;
    quand = `, horodaté le ${french}${moment.trusted ? "" : ", selon une autorité dont le certificat est joint"}`;
  }
  const en = `the seal “${name}” holds, ${whose}, over the first ${inEnglish(seal.stop, "byte")}${when}`;
  const fr = `le cachet « ${name} » tient, ${deQui}, sur ${inFrench(seal.stop, "octet")} depuis le début${quand}`;
  const more = size - seal.stop;
  if (more === 0) return holds(en, fr);
  if (isNamed) return holds(`${en}; the receipt vouches for what follows it`, `${fr} ; le reçu répond de ce qui le suit`);
  return notClaimed(
    `${en}; ${inEnglish(more, "byte")} follow, proofs of it or a change: this page does not read them, a PDF reader does`,
    `${fr} ; ${inFrench(more, "octet")} suivent, preuves de ce cachet ou modification : cette page ne les lit pas, un lecteur PDF le fait`,
  );
}

/** Organisation and common name of a distinguished name. */
function nameOf(subject) {
  const told = [];
  for (const part of subject.children(SEQUENCE)) {
    for (const pair of part.children(SET)) {
      const [kind, value] = pair.children(SEQUENCE);
      if (kind.tag === OID && kind.oid in NAMES) told[NAMES[kind.oid]] ??= new TextDecoder().decode(value.content);
    }
  }
  return [...new Set(told.filter(Boolean))].join(", ") || "?";
}
