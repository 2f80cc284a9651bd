// RFC 8785 JSON as receipts and events are written: read strictly, and written again byte for byte.
import { ProofRefused, equal, textOf, utf8 } from "./bytes.js";

export const MAX_EVENT = 256 * 1024;
const MAX_DEPTH = 16;

/** Canonical bytes of a value; refuses fractions, integers beyond 2^53-1, lone surrogates, depth and size. */
export function canonical(value, limit = MAX_EVENT) {
  const bytes = utf8(written(value, MAX_DEPTH));
  if (bytes.length > limit) throw tooLarge();
  return bytes;
}

/** An object that must be in its canonical form, byte for byte. */
export function readCanonical(bytes, limit) {
  if (bytes.length > limit) throw tooLarge();
  const text = textOf(bytes);
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProofRefused("this is not JSON as it must be written here", "ce n’est pas du JSON tel qu’il doit être écrit ici");
  }
  if (!isObject(value) || !equal(canonical(value, limit), bytes)) {
    throw new ProofRefused(
      "the JSON is not in its canonical form (RFC 8785)",
      "le JSON n’est pas sous sa forme canonique (RFC 8785)",
    );
  }
  return value;
}

export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Every value that stands under a name, at any depth. */
export function valuesUnder(value, name) {
  if (Array.isArray(value)) return value.flatMap((inner) => valuesUnder(inner, name));
  if (!isObject(value)) return [];
  return Object.keys(value).flatMap((key) => (key === name ? [value[key]] : valuesUnder(value[key], name)));
}

function written(value, depth) {
  if (depth === 0) throw new ProofRefused("the JSON is nested too deep", "le JSON est imbriqué trop profondément");
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) {
      throw new ProofRefused("a number of the JSON has no single form", "un nombre du JSON n’a pas de forme unique");
    }
    return String(value);
  }
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return `[${value.map((inner) => written(inner, depth - 1)).join(",")}]`;
  const names = Object.keys(value).sort(); // UTF-16 order, RFC 8785 section 3.2.3
  return `{${names.map((name) => `${quoted(name)}:${written(value[name], depth - 1)}`).join(",")}}`;
}

function quoted(text) {
  if (/[\ud800-\udfff]/u.test(text)) {
    throw new ProofRefused("the JSON holds text that is not Unicode", "le JSON contient un texte qui n’est pas de l’Unicode");
  }
  return JSON.stringify(text);
}

function tooLarge() {
  return new ProofRefused("the JSON is too large", "le JSON est trop volumineux");
}
