// DER (X.690), read strictly: definite and shortest lengths, nothing beyond its parent, nothing left over.
import { StampRefused, hex, latin1 } from "./bytes.js";

export const BOOLEAN = 0x01;
export const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const OCTETS = 0x04;
export const NULL = 0x05;
export const OID = 0x06;
export const UTC_TIME = 0x17;
export const GENERALIZED_TIME = 0x18;
export const SEQUENCE = 0x30;
export const SET = 0x31;
export const context = (number) => 0xa0 | number;
const MAX_DEPTH_LENGTH = 4;

/** One encoded value: its tag, its content, and all its bytes. */
export class Element {
  constructor(tag, content, whole) {
    this.tag = tag;
    this.content = content;
    this.whole = whole;
  }

  /** Elements inside, in order; refuses where this one is not constructed as `tag`. */
  children(tag = this.tag) {
    if (this.tag !== tag) throw malformed();
    const found = [];
    for (let at = 0; at < this.content.length; ) {
      const child = readAt(this.content, at);
      found.push(child);
      at += child.whole.length;
    }
    return found;
  }

  expect(tag) {
    if (this.tag !== tag) throw malformed();
    return this;
  }

  get oid() {
    const content = this.expect(OID).content;
    const arcs = [];
    let arc = 0n;
    content.forEach((octet, at) => {
      if (octet === 0x80 && (at === 0 || !(content[at - 1] & 0x80))) throw malformed();
      arc = (arc << 7n) | BigInt(octet & 0x7f);
      if (octet & 0x80) return;
      if (arcs.length === 0) {
        const first = arc < 80n ? arc / 40n : 2n;
        arcs.push(first, arc - first * 40n);
      } else arcs.push(arc);
      arc = 0n;
    });
    if (content.length === 0 || content.at(-1) & 0x80) throw malformed();
    return arcs.join(".");
  }

  /** A non-negative small integer. */
  get small() {
    const content = this.expect(INTEGER).content;
    if (content.length < 1 || content.length > 6 || content[0] & 0x80) throw malformed();
    return content.reduce((value, octet) => value * 256 + octet, 0);
  }

  get flag() {
    const content = this.expect(BOOLEAN).content;
    if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) throw malformed();
    return content[0] === 0xff;
  }

  /** Bytes of a bit string without unused bits. */
  get bits() {
    const content = this.expect(BIT_STRING).content;
    if (content.length < 1 || content[0] !== 0) throw malformed();
    return content.subarray(1);
  }

  /** A moment, in milliseconds since 1970 (RFC 5280 section 4.1.2.5; fractions as RFC 3161 allows them). */
  get moment() {
    const text = latin1(this.content);
    const found = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{0,17}[1-9]))?Z$/.exec(
      this.tag === UTC_TIME ? `${Number(text.slice(0, 2)) < 50 ? "20" : "19"}${text}` : text,
    );
    if (found === null || (this.tag !== UTC_TIME && this.tag !== GENERALIZED_TIME)) throw malformed();
    const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number);
    const moment = Date.UTC(year, month - 1, day, hour, minute, second);
    if (new Date(moment).getUTCDate() !== day || month > 12 || hour > 23 || minute > 59 || second > 59) throw malformed();
    return moment + Math.floor(Number(`0.${found[7] ?? 0}`) * 1000);
  }
}

/** The one element that these bytes are. */
export function readWhole(bytes) {
  const element = readAt(bytes, 0);
  if (element.whole.length !== bytes.length) throw malformed();
  return element;
}

/** The bytes of the element that these begin with. */
export const readStart = (bytes) => readAt(bytes, 0).whole;

export const same = (one, other) => hex(one.whole) === hex(other.whole);

/** One element, made: for signed attributes, which are signed under another tag than they are sent. */
export function retagged(element, tag) {
  const whole = element.whole.slice();
  whole[0] = tag;
  return whole;
}

function readAt(bytes, start) {
  if (start + 2 > bytes.length) throw malformed();
  const tag = bytes[start];
  let length = bytes[start + 1];
  let content = start + 2;
  if ((tag & 0x1f) === 0x1f) throw malformed();
  if (length & 0x80) {
    const count = length & 0x7f;
    if (count < 1 || count > MAX_DEPTH_LENGTH || content + count > bytes.length) throw malformed();
    length = bytes.subarray(content, content + count).reduce((value, octet) => value * 256 + octet, 0);
    if (bytes[content] === 0 || length < 0x80) throw malformed();
    content += count;
  }
  if (content + length > bytes.length) throw malformed();
  return new Element(tag, bytes.subarray(content, content + length), bytes.subarray(start, content + length));
}

export function malformed() {
  return new StampRefused("this is not a time stamp (RFC 3161)", "ce n’est pas un horodatage (RFC 3161)");
}
