// Checkpoints: C2SP tlog-checkpoint in a C2SP signed note, signed with Ed25519.
import { sha256, sha512 } from "../static/vendor/noble-hashes-2.4.0/sha2.js";
import { hashes, verify as verifyInScript } from "../static/vendor/noble-ed25519-3.2.0/index.js";
import { ProofRefused, equal, fromBase64, hex, joined, utf8 } from "./bytes.js";
import { HASH, MAX_SIZE } from "./merkle.js";

const MAX_BYTES = 8 * 1024;
const MAX_SIGNATURES = 16;
const BODY_LINES = 3;
const MAX_EXTENSIONS = 16;
const ED25519 = 1;
const ID = 4;
const DASH = "\u2014 ";
const SIZE = /^(?:0|[1-9][0-9]{0,18})$/;
const NAME = /^[^\s\x85+\x00-\x1f\x7f]{1,255}$/u;

hashes.sha512 = sha512;

/** Reads a checkpoint's exact text; no signature is verified here. */
export function readCheckpoint(text) {
  const [body, signatures] = parted(text);
  const lines = body.slice(0, -1).split("\n");
  const counted = lines.length >= BODY_LINES && lines.length <= BODY_LINES + MAX_EXTENSIONS;
  if (!counted || lines.some((line) => !line)) throw malformed();
  if (!SIZE.test(lines[1]) || BigInt(lines[1]) > MAX_SIZE) throw malformed();
  const root = fromBase64(lines[2]);
  if (root === null || root.length !== HASH) throw malformed();
  signatures.forEach(readSignature);
  return { origin: lines[0], size: BigInt(lines[1]), root, text };
}

/** Reads a verifying key in its C2SP form: name+hash+key. */
export function readKey(vkey) {
  const [name, digest, ...rest] = vkey.split("+");
  const data = fromBase64(rest.join("+"));
  if (data === null || data.length !== 1 + 32 || data[0] !== ED25519 || !NAME.test(name)) {
    throw new ProofRefused("the key is not an Ed25519 key of a log (name+hash+key)", "la clé n’est pas une clé Ed25519 de registre (nom+empreinte+clé)");
  }
  const id = sha256(joined(utf8(`${name}\n`), data)).subarray(0, ID);
  if (digest !== hex(id)) {
    throw new ProofRefused("the key's identifier does not fit its bytes", "l’identifiant de la clé ne correspond pas à ses octets");
  }
  return { name, id, raw: data.subarray(1), text: vkey, fingerprint: hex(sha256(data.subarray(1))) };
}

/** Refuses unless the key signed the checkpoint, and its name is the checkpoint's origin. */
export async function checkSignature(checkpoint, key) {
  const [body, signatures] = parted(checkpoint.text);
  if (checkpoint.origin !== key.name) {
    throw new ProofRefused("the checkpoint is of another log", "le point de contrôle est d’un autre registre");
  }
  const own = signatures.map(readSignature).filter(([name, value]) => name === key.name && equal(value.subarray(0, ID), key.id));
  if (own.length === 0) {
    throw new ProofRefused("the checkpoint does not bear this key's signature", "le point de contrôle ne porte pas la signature de cette clé");
  }
  for (const [, value] of own) {
    if (!(await holds(value.subarray(ID), utf8(body), key.raw))) {
      throw new ProofRefused("the checkpoint's signature does not hold", "la signature du point de contrôle ne tient pas");
    }
  }
}

export const forked = (one, other) => one.origin === other.origin && one.size === other.size && !equal(one.root, other.root);

async function holds(signature, message, raw) {
  if (signature.length !== 64) return false;
  try {
    const key = await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", key, signature, message);
  } catch {
    try {
      return verifyInScript(signature, message, raw, { zip215: false });
    } catch {
      return false;
    }
  }
}

function parted(text) {
  const end = text.lastIndexOf("\n\n");
  const lines = text.slice(end + 2).split("\n");
  const tooLong = utf8(text).length > MAX_BYTES;
  if (tooLong || end < 0 || /[\x00-\x09\x0b-\x1f]/.test(text) || lines.pop() !== "") throw malformed();
  if (lines.length < 1 || lines.length > MAX_SIGNATURES) throw malformed();
  return [`${text.slice(0, end)}\n`, lines];
}

function readSignature(line) {
  const rest = line.slice(DASH.length);
  const space = rest.indexOf(" ");
  const name = rest.slice(0, Math.max(space, 0));
  const value = fromBase64(rest.slice(space + 1));
  if (!line.startsWith(DASH) || space < 0 || !NAME.test(name) || value === null || value.length <= ID) throw malformed();
  return [name, value];
}

function malformed() {
  return new ProofRefused("the checkpoint is not one as C2SP describes it", "le point de contrôle n’est pas tel que C2SP le décrit");
}
