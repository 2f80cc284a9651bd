// X.509 certificates, as far as time-stamp authorities use them, and the signatures made with their keys.
import {
  BIT_STRING, BOOLEAN, INTEGER, OCTETS, SEQUENCE, context, malformed, readWhole, same,
} from "./der.js";
import { StampRefused, equal } from "./bytes.js";

const HASHES = { "2.16.840.1.101.3.4.2.1": "SHA-256", "2.16.840.1.101.3.4.2.2": "SHA-384", "2.16.840.1.101.3.4.2.3": "SHA-512" };
const RSA = "1.2.840.113549.1.1.1";
export const PSS = "1.2.840.113549.1.1.10";
const RSA_WITH = { "1.2.840.113549.1.1.11": "SHA-256", "1.2.840.113549.1.1.12": "SHA-384", "1.2.840.113549.1.1.13": "SHA-512" };
const EC = "1.2.840.10045.2.1";
const ECDSA_WITH = { "1.2.840.10045.4.3.2": "SHA-256", "1.2.840.10045.4.3.3": "SHA-384", "1.2.840.10045.4.3.4": "SHA-512" };
const CURVES = { "1.2.840.10045.3.1.7": ["P-256", 32], "1.3.132.0.34": ["P-384", 48], "1.3.132.0.35": ["P-521", 66] };
const MGF1 = "1.2.840.113549.1.1.8";
const BASIC_CONSTRAINTS = "2.5.29.19";
const KEY_USAGE = "2.5.29.15";
const EXTENDED_USAGE = "2.5.29.37";
const UNDERSTOOD = new Set([BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_USAGE, "2.5.29.32", "2.5.29.17", "2.5.29.14", "2.5.29.35"]);
const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
const DIGITAL_SIGNATURE = 0x80;
const NON_REPUDIATION = 0x40;
const KEY_CERT_SIGN = 0x04;
const LONGEST_CHAIN = 6;

/** Name of a digest for WebCrypto, from its algorithm identifier; null for one that is not accepted here. */
export const hashName = (identifier) => HASHES[identifier.children(SEQUENCE)[0].oid] ?? null;

/** Reads a certificate (DER). */
export function readCertificate(bytes) {
  const whole = readWhole(bytes);
  const [body, algorithm, signature] = whole.children(SEQUENCE);
  const fields = body.children(SEQUENCE);
  if (fields[0]?.tag === context(0)) fields.shift();
  const [serial, inner, issuer, validity, subject, key, ...rest] = fields;
  if (key === undefined || !same(inner, algorithm)) throw malformed();
  const [from, until] = validity.children(SEQUENCE).map((moment) => moment.moment);
  const extensions = new Map();
  for (const field of rest.filter((each) => each.tag === context(3))) {
    for (const extension of field.children()[0].children(SEQUENCE)) {
      const parts = extension.children(SEQUENCE);
      const critical = parts[1].tag === BOOLEAN && parts[1].flag;
      const name = parts[0].oid;
      if (extensions.has(name)) throw malformed();
      extensions.set(name, { critical, value: readWhole(parts.at(-1).expect(OCTETS).content) });
    }
  }
  return {
    whole: bytes, body: body.whole, algorithm, signature: signature.bits, serial: serial.expect(INTEGER), issuer, subject,
    from, until, key: key.expect(SEQUENCE), extensions,
  };
}

/** Verifies a signature with a key (SubjectPublicKeyInfo); false also for what is not accepted here. */
export async function verifies(key, algorithm, digest, signature, message) {
  const [identifier, parameters] = algorithm.children(SEQUENCE);
  const [keyKind, curve] = key.children(SEQUENCE)[0].children(SEQUENCE);
  const name = identifier.oid;
  let how = null;
  let value = signature;
  if (keyKind.oid === RSA && (name === RSA || name in RSA_WITH)) {
    how = [{ name: "RSASSA-PKCS1-v1_5", hash: RSA_WITH[name] ?? digest }, { name: "RSASSA-PKCS1-v1_5" }];
  } else if (keyKind.oid === RSA && name === PSS) {
    const { hash, saltLength } = readPss(parameters);
    how = [{ name: "RSA-PSS", hash }, { name: "RSA-PSS", saltLength }];
  } else if (keyKind.oid === EC && name in ECDSA_WITH && curve?.oid in CURVES) {
    const [namedCurve, size] = CURVES[curve.oid];
    how = [{ name: "ECDSA", namedCurve }, { name: "ECDSA", hash: ECDSA_WITH[name] }];
    value = rawEcdsa(signature, size);
  }
  if (how === null || how[0].hash === null) return false;
  try {
    const made = await crypto.subtle.importKey("spki", key.whole, how[0], false, ["verify"]);
    return await crypto.subtle.verify(how[1], made, value, message);
  } catch {
    return false;
  }
}

/** Refuses unless a certificate may stamp time: critical extended key usage, for that and nothing else (RFC 3161 2.3). */
export function checkStamper(certificate) {
  const usage = certificate.extensions.get(EXTENDED_USAGE);
  const purposes = usage ? usage.value.children(SEQUENCE).map((purpose) => purpose.oid) : [];
  if (!usage?.critical || purposes.join() !== TIME_STAMPING) {
    throw new StampRefused("the authority's certificate is not one for time stamps", "le certificat de l’autorité n’est pas destiné à l’horodatage");
  }
  const bits = keyUsage(certificate);
  if (bits !== null && !(bits & (DIGITAL_SIGNATURE | NON_REPUDIATION))) throw unchained();
}

/** The root among `roots` that a chain leads to from a certificate, every one of it valid at a moment (milliseconds). */
export async function rootOf(certificate, others, roots, moment) {
  checkCritical(certificate);
  let current = certificate;
  for (let below = 0; below <= LONGEST_CHAIN; below += 1) {
    if (moment < current.from || moment > current.until) throw unchained();
    const trusted = roots.find((root) => equal(root.whole, current.whole));
    if (trusted) return trusted;
    current = await issuerOf(current, [...roots, ...others], below);
  }
  throw unchained();
}

async function issuerOf(certificate, candidates, below) {
  for (const candidate of candidates) {
    if (!same(candidate.subject, certificate.issuer) || equal(candidate.whole, certificate.whole)) continue;
    if (!mayCertify(candidate, below)) continue;
    if (await verifies(candidate.key, certificate.algorithm, null, certificate.signature, certificate.body)) return candidate;
  }
  throw unchained();
}

function mayCertify(certificate, below) {
  checkCritical(certificate);
  const constraints = certificate.extensions.get(BASIC_CONSTRAINTS);
  const parts = constraints ? constraints.value.children(SEQUENCE) : [];
  if (parts[0]?.tag !== BOOLEAN || !parts[0].flag) return false;
  if (parts[1] && parts[1].small < below) return false;
  const bits = keyUsage(certificate);
  return bits === null || Boolean(bits & KEY_CERT_SIGN);
}

function keyUsage(certificate) {
  const usage = certificate.extensions.get(KEY_USAGE);
  return usage ? (usage.value.expect(BIT_STRING).content[1] ?? 0) : null;
}

function checkCritical(certificate) {
  for (const [name, { critical }] of certificate.extensions) if (critical && !UNDERSTOOD.has(name)) throw unchained();
}

function readPss(parameters) {
  const fields = new Map((parameters?.children(SEQUENCE) ?? []).map((field) => [field.tag, field.children()[0]]));
  const hash = fields.has(context(0)) ? hashName(fields.get(context(0))) : null;
  const mask = fields.get(context(1))?.children(SEQUENCE);
  const alike = mask !== undefined && mask[0].oid === MGF1 && hashName(mask[1]) === hash;
  return { hash: alike ? hash : null, saltLength: fields.get(context(2))?.small ?? 20 };
}

function rawEcdsa(signature, size) {
  const raw = new Uint8Array(size * 2);
  readWhole(signature).children(SEQUENCE).forEach((part, at) => {
    let number = part.expect(INTEGER).content;
    if (number[0] === 0 && number.length > 1) number = number.subarray(1);
    if (at > 1 || number.length > size) throw malformed();
    raw.set(number, size * (at + 1) - number.length);
  });
  return raw;
}

function unchained() {
  return new StampRefused(
    "the time stamp is not signed by this authority, or its certificate was not valid then",
    "l’horodatage n’est pas signé par cette autorité, ou son certificat n’était pas valable à ce moment",
  );
}
