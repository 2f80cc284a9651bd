// Bytes, their spellings, and the refusals that carry a reason in both languages.

export class Refused extends Error {
  constructor(english, french) {
    super(english);
    this.english = english;
    this.french = french;
  }
}

export class ProofRefused extends Refused {}
export class StampRefused extends Refused {}
export class RecordRefused extends Refused {}

const encoder = new TextEncoder();
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export const utf8 = (text) => encoder.encode(text);

/** Text of UTF-8 bytes, or null where they are none; a byte order mark stays, to be refused by what reads on. */
export function textOf(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

export const latin1 = (bytes) => {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
};

export const hex = (bytes) => Array.from(bytes, (octet) => octet.toString(16).padStart(2, "0")).join("");

export const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

export function equal(one, other) {
  return one.length === other.length && one.every((octet, at) => octet === other[at]);
}

export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** An integer as 8 bytes, big-endian. */
export function u64(value) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

/** Bytes of base64 in its one canonical spelling (RFC 4648 section 4), or null. */
export function fromBase64(text) {
  if (!BASE64.test(text)) return null;
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return toBase64(bytes) === text ? bytes : null;
}

export const toBase64 = (bytes) => btoa(latin1(bytes));

const pad = (number) => String(number).padStart(2, "0");

/** A moment (milliseconds) in English and in French: on the reader's clock, and in UTC where that is another. */
export function momentWords(milliseconds) {
  const moment = new Date(milliseconds);
  const [day, clock] = moment.toISOString().split(/[T.]/);
  const ahead = -moment.getTimezoneOffset();
  const both = (date) => {
    const universal = (shown) => `${date(shown)} ${clock} UTC`;
    if (ahead === 0) return universal(day);
    const [ownDay, ownClock] = new Date(milliseconds + ahead * 60_000).toISOString().split(/[T.]/);
    const minutes = Math.abs(ahead);
    const zone = `UTC${ahead < 0 ? "\u2212" : "+"}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
    return `${date(ownDay)} ${ownClock} ${zone} (${universal(day)})`;
  };
  return [both((shown) => shown), both((shown) => shown.split("-").reverse().join("/"))];
}
