// RFC 6962 trees: leaf and node hashes, inclusion (RFC 9162 section 2.1.3.2), batches of the log.
import { sha256 } from "../static/vendor/noble-hashes-2.4.0/sha2.js";
import { ProofRefused, fromHex, joined, u64, utf8 } from "./bytes.js";

export const HASH = 32;
export const MAX_SIZE = 1n << 62n;
const FLOOR = 1024;
const MAX_WIDTH = 2 ** 32;

export const leafHash = (data) => sha256(joined(Uint8Array.of(0), data));
const nodeHash = (left, right) => sha256(joined(Uint8Array.of(1), left, right));

/** Root that a proof leads to from a leaf hash; index and size are integers or BigInts. */
export function rootFromInclusion(index, size, leaf, path) {
  let place = BigInt(index);
  let last = BigInt(size) - 1n;
  if (place < 0n || place > last || BigInt(size) > MAX_SIZE) {
    throw new ProofRefused("the leaf lies outside the tree", "la feuille est hors de l’arbre");
  }
  let root = leaf;
  for (const sibling of path) {
    if (last === 0n) {
      throw new ProofRefused("the proof is longer than its tree is high", "la preuve est plus longue que l’arbre n’est haut");
    }
    if (place & 1n || place === last) {
      root = nodeHash(sibling, root);
      while (!(place & 1n) && place) {
        place >>= 1n;
        last >>= 1n;
      }
    } else {
      root = nodeHash(root, sibling);
    }
    place >>= 1n;
    last >>= 1n;
  }
  if (last) {
    throw new ProofRefused("the proof is shorter than its tree is high", "la preuve est plus courte que l’arbre n’est haut");
  }
  return root;
}

export const entryHash = (salt, body) => leafHash(sha256(joined(utf8("entente-event/v1"), salt, body)));

export function headLeaf(pseudonym, size, root, salt) {
  const tree = fromHex(pseudonym.replaceAll("-", ""));
  return leafHash(joined(utf8("entente-head/v1\0"), salt, tree, u64(size), root));
}

export function batchLeaf(slot, width, root) {
  if (width < FLOOR || width > MAX_WIDTH || !Number.isInteger(Math.log2(width))) {
    throw new ProofRefused("a batch's width is a power of two from 1024 on", "la largeur d’un lot est une puissance de deux dès 1024");
  }
  return leafHash(joined(utf8("entente-batch/v1\0"), u64(slot), u64(width), root));
}

/** A stamped checkpoint and its token, as a later batch covers them. */
export const renewalLeaf = (checkpoint, token) =>
  leafHash(joined(utf8("entente-renewal/v1\0"), sha256(checkpoint), sha256(token)));

export const existenceLeaf = (salt, size, digest) => leafHash(joined(utf8("entente-existence/v1\0"), salt, u64(size), digest));

/** What the event of a redacted copy says of its original's digest. */
export const redactionCommitment = (salt, digest) => sha256(joined(utf8("entente-redaction/v1\0"), salt, digest));
