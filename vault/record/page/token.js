// RFC 3161 answers: granted, over these bytes, signed, under a root that is known, at a time when all of it was valid.
import { StampRefused, equal } from "./bytes.js";
import { PSS, checkStamper, hashName, readCertificate, rootOf, verifies } from "./certificate.js";
import { INTEGER, NULL, OCTETS, SEQUENCE, SET, context, malformed, readWhole, retagged, same } from "./der.js";

const DATA = "1.2.840.113549.1.7.1";
const SIGNED_DATA = "1.2.840.113549.1.7.2";
const TST_INFO = "1.2.840.113549.1.9.16.1.4";
const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12";
const SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";
const CERTIFICATE = 0x30;
const SIGNED_VERSION = 3; // RFC 5652 section 5.1: the content is no plain data
const SIGNER_VERSION = 1; // the signer is named by issuer and serial number

/**
 * Verifies an answer over a message against any one of some roots (certificates in DER); gives its time, the root, and until when
 * the certificates last on which it rests (its signer's, its root's).
 * Revocation is not checked: no list is fetched.
 */
export async function checkToken(token, message, roots) {
  try {
    return await checked(token, message, roots);
  } catch (error) {
    throw error instanceof StampRefused ? error : malformed(); // a part that is missing altogether
  }
}

/** The certificate that a detached signature (CMS) over a message is made with; refuses unless it holds and binds it. */
export async function checkDetached(cms, message) {
  try {
    const { certificates, signer } = readSigned(readWhole(cms), DATA);
    return await signedBy(signer, DATA, message, certificates);
  } catch (error) {
    throw error instanceof StampRefused ? error : malformed();
  }
}

/** Certificates (DER) that a token without its status bears, and that vouch for themselves. */
export function enclosedRoots(token) {
  try {
    const { certificates } = readSigned(readWhole(token), TST_INFO);
    return certificates.filter(({ issuer, subject }) => same(issuer, subject)).map(({ whole }) => whole);
  } catch {
    return [];
  }
}

async function checked(token, message, roots) {
  const { content, certificates, signer } = readToken(token);
  const facts = readInfo(content);
  const hash = hashName(facts.imprint[0]);
  if (hash === null || !equal(await digest(hash, message), facts.imprint[1].expect(OCTETS).content)) {
    throw new StampRefused("the time stamp is over other bytes", "l’horodatage porte sur d’autres octets");
  }
  if (signer[4].children(SEQUENCE)[0].oid === PSS) {
    throw new StampRefused("the time stamp is signed in a way that is not accepted here", "l’horodatage est signé d’une façon qui n’est pas admise ici");
  }
  const certificate = await signedBy(signer, TST_INFO, content, certificates);
  checkStamper(certificate);
  const root = await rootOf(certificate, certificates, roots.map(readCertificate), facts.time);
  return { time: facts.time, root: root.whole, until: Math.min(certificate.until, root.until) };
}

function readToken(token) {
  const [status, content] = exactly(readWhole(token), 1, 2);
  if (status.children(SEQUENCE)[0].small !== 0 || content === undefined) {
    throw new StampRefused("the authority granted no time stamp", "l’autorité n’a pas accordé d’horodatage");
  }
  return readSigned(content, TST_INFO);
}

/** Signed data (RFC 5652 section 5): a token's information inside, or, of plain data, nothing, for it lies elsewhere. */
function readSigned(element, kind) {
  const [version, digests, encapsulated, ...rest] = exactly(explicit(element, SIGNED_DATA), 4, 6);
  if (kind === DATA && exactly(encapsulated, 1, 1)[0].oid !== DATA) throw malformed();
  const information = kind === DATA ? null : explicit(encapsulated, kind).expect(OCTETS).content;
  const signers = rest.pop().children(SET);
  const [certificates, ...more] = rest.map((part) => part.children(context(0)));
  if (version.small !== (kind === DATA ? SIGNER_VERSION : SIGNED_VERSION) || signers.length !== 1 || more.length) throw malformed();
  const signer = exactly(signers[0], 6, 7);
  if (signer[0].small !== SIGNER_VERSION || (signer[6] && signer[6].tag !== context(1))) throw malformed();
  if (!digests.children(SET).some((algorithm) => same(algorithm, signer[2]))) throw malformed();
  digests.children().forEach(checkDigest);
  return {
    content: information,
    certificates: (certificates ?? []).map((each) => readCertificate(each.expect(CERTIFICATE).whole)),
    signer,
  };
}

/** Elements of a sequence that has so many at least, and so many at most. */
function exactly(sequence, least, most) {
  const found = sequence.children(SEQUENCE);
  if (found.length < least || found.length > most) throw malformed();
  return found;
}

/** A digest's identifier has no parameters, or NULL (RFC 5754 section 2). */
function checkDigest(algorithm) {
  const [, parameters] = exactly(algorithm, 1, 2);
  if (hashName(algorithm) === null || (parameters && (parameters.tag !== NULL || parameters.content.length))) throw malformed();
}

function explicit(element, name) {
  const [kind, wrapped] = exactly(element, 2, 2);
  const [only, ...more] = wrapped.children(context(0));
  if (kind.oid !== name || only === undefined || more.length) throw malformed();
  return only;
}

function readInfo(bytes) {
  const [version, policy, imprint, serial, time] = exactly(readWhole(bytes), 5, 10);
  if (version.small !== 1 || !policy.oid || !serial.expect(INTEGER)) throw malformed();
  const parts = exactly(imprint, 2, 2);
  checkDigest(parts[0]);
  return { imprint: parts, time: time.moment };
}

/** The certificate that signed; refuses unless the signature, and all that it binds, holds. */
async function signedBy(signer, kind, content, certificates) {
  const [, identifier, digestAlgorithm, attributes, algorithm, signature] = signer;
  const [issuer, serial] = exactly(identifier, 2, 2);
  checkDigest(digestAlgorithm);
  const certificate = certificates.find((each) => same(each.issuer, issuer) && same(each.serial, serial));
  if (certificate === undefined) {
    throw new StampRefused("the time stamp does not bear its signer's certificate", "l’horodatage ne porte pas le certificat de son signataire");
  }
  const found = readAttributes(attributes);
  const hash = hashName(digestAlgorithm);
  const bound =
    hash !== null &&
    one(found, CONTENT_TYPE).oid === kind &&
    equal(one(found, MESSAGE_DIGEST).expect(OCTETS).content, await digest(hash, content)) &&
    (await bindsCertificate(found, certificate));
  const held = bound && (await verifies(certificate.key, algorithm, hash, signature.expect(OCTETS).content, retagged(attributes, SET)));
  if (!held) throw Object.assign(new StampRefused("the time stamp's signature does not hold", "la signature de l’horodatage ne tient pas"), { broken: true });
  return certificate;
}

function readAttributes(attributes) {
  const found = new Map();
  for (const attribute of attributes.children(context(0))) {
    const [name, values] = attribute.children(SEQUENCE);
    if (found.has(name.oid)) throw malformed();
    found.set(name.oid, values.children(SET));
  }
  return found;
}

function one(found, name) {
  const values = found.get(name) ?? [];
  if (values.length !== 1) throw malformed();
  return values[0];
}

/** Whether the signed attributes name this very certificate by its digest (RFC 2634 section 5.4, RFC 5035). */
async function bindsCertificate(found, certificate) {
  const newer = found.has(SIGNING_CERTIFICATE_V2);
  const [identifiers] = one(found, newer ? SIGNING_CERTIFICATE_V2 : SIGNING_CERTIFICATE).children(SEQUENCE);
  const parts = identifiers.children(SEQUENCE)[0].children(SEQUENCE);
  const named = newer && parts[0].tag === SEQUENCE ? hashName(parts.shift()) : newer ? "SHA-256" : "SHA-1";
  return named !== null && equal(parts[0].expect(OCTETS).content, await digest(named, certificate.whole));
}

async function digest(name, bytes) {
  return new Uint8Array(await crypto.subtle.digest(name, bytes));
}
