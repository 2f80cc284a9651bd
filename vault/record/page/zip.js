// A ZIP read by slices: every header is compared, nothing may overlap, hide, climb or grow beyond measure.
import { RecordRefused, latin1, textOf } from "./bytes.js";
import { PathSet, checkPath } from "./names.js";

const MAX_FILES = 100000;
const MAX_TOTAL = 2 ** 40;
const MAX_RATIO = 200;
const FREE_RATIO = 2 ** 20;
const MAX_CENTRAL = 64 * 1024 * 1024;
const SLICE = 2 * 1024 * 1024;
const END = 22;
const LONGEST_DESCRIPTOR = 24;
const LOCAL = 30;
const CENTRAL = 46;
const STORED = 0;
const DEFLATED = 8;
const FULL32 = 0xffffffff;
const FULL16 = 0xffff;
const KINDS = new Set([0, 0o100000, 0o040000]);

export const looksLikeZip = async (blob) => /^PK(\x03\x04|\x05\x06)/.test(latin1(await bytesOf(blob, 0, 4)));

/** Files of a ZIP, by path; refused before the first is read unless the whole directory is sound. */
export async function openZip(blob) {
  const { count, size, offset } = await readEnd(blob);
  if (count > MAX_FILES) throw tooMuch();
  if (size > MAX_CENTRAL || offset + size > blob.size) throw unreadable();
  const central = await bytesOf(blob, offset, size);
  const entries = new Map();
  const all = [];
  const paths = new PathSet();
  let at = 0;
  for (let number = 0; number < count; number += 1) {
    const entry = readEntry(central, at);
    at = entry.next;
    all.push(entry);
    checkEntry(entry);
    if (entry.path.endsWith("/")) checkPath(entry.path.slice(0, -1));
    else {
      paths.add(entry.path);
      entries.set(entry.path, entry);
    }
  }
  if (at !== size) throw unreadable();
  if (all.reduce((sum, entry) => sum + entry.size, 0) > MAX_TOTAL) throw tooMuch();
  await checkLayout(blob, all, offset);
  return new ZipFiles(blob, entries);
}

/** Files under their paths, all of them or those of one folder. */
export class ZipFiles {
  constructor(blob, entries) {
    this.blob = blob;
    this.entries = entries;
  }

  get paths() {
    return [...this.entries.keys()];
  }

  size(path) {
    return this.entries.get(path).size;
  }

  below(folder) {
    const inside = this.paths.filter((path) => path.startsWith(`${folder}/`));
    return new ZipFiles(this.blob, new Map(inside.map((path) => [path.slice(folder.length + 1), this.entries.get(path)])));
  }

  /** A ZIP that lies in this one, stored as it is. */
  async inside(path) {
    const entry = this.entries.get(path);
    if (entry.method !== STORED) {
      throw new RecordRefused("the record inside is compressed: unpack this ZIP first", "le dossier contenu est compressé : décompressez d’abord ce ZIP");
    }
    return openZip(this.blob.slice(entry.start, entry.start + entry.size));
  }

  /** Gives a file's chunks in order; its size and CRC are checked at the end. */
  async *chunks(path) {
    const entry = this.entries.get(path);
    const sealed = this.blob.slice(entry.start, entry.start + entry.packed);
    let crc = 0;
    let count = 0;
    for await (const chunk of entry.method === STORED ? slices(sealed) : inflated(sealed)) {
      count += chunk.length;
      if (count > entry.size) throw damaged(path);
      crc = crc32(chunk, crc);
      yield chunk;
    }
    if (count !== entry.size || crc !== entry.crc) throw damaged(path);
  }
}

export async function* slices(blob) {
  for (let start = 0; start < blob.size; start += SLICE) yield bytesOf(blob, start, SLICE);
}

async function* inflated(blob) {
  const reader = blob.stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch {
    throw unreadable();
  } finally {
    await reader.cancel().catch(() => {});
  }
}

async function bytesOf(blob, start, size) {
  try {
    return new Uint8Array(await blob.slice(start, start + size).arrayBuffer());
  } catch {
    throw new RecordRefused("the file cannot be read; was it moved or changed?", "le fichier ne peut pas être lu ; a-t-il été déplacé ou modifié ?");
  }
}

/** The end of the directory is the end of the file: nothing follows it, no comment either. */
async function readEnd(blob) {
  if (blob.size < END) throw unreadable();
  const end = view(await bytesOf(blob, blob.size - END, END));
  const whole = end.getUint32(0, true) === 0x06054b50 && end.getUint16(20, true) === 0;
  if (!whole || end.getUint16(4, true) !== 0 || end.getUint16(6, true) !== 0) throw unreadable();
  const found = { count: end.getUint16(10, true), size: end.getUint32(12, true), offset: end.getUint32(16, true) };
  if (found.count !== FULL16 && found.size !== FULL32 && found.offset !== FULL32) {
    if (found.offset + found.size + END !== blob.size) throw unreadable();
    return found;
  }
  if (blob.size < END + 76) throw unreadable();
  const wide = view(await bytesOf(blob, blob.size - END - 76, 76));
  if (wide.getUint32(0, true) !== 0x06064b50 || wide.getUint32(56, true) !== 0x07064b50) throw unreadable();
  const large = { count: number64(wide, 32), size: number64(wide, 40), offset: number64(wide, 48) };
  if (large.offset + large.size + 76 + END !== blob.size) throw unreadable();
  return large;
}

function readEntry(central, at) {
  if (at + CENTRAL > central.length) throw unreadable();
  const head = view(central.subarray(at, at + CENTRAL));
  const [named, extra, comment] = [28, 30, 32].map((place) => head.getUint16(place, true));
  const name = central.subarray(at + CENTRAL, at + CENTRAL + named);
  const next = at + CENTRAL + named + extra + comment;
  if (head.getUint32(0, true) !== 0x02014b50 || next > central.length) throw unreadable();
  const flags = head.getUint16(8, true);
  const path = flags & 0x800 ? textOf(name) : /^[\x20-\x7e]*$/.test(latin1(name)) ? latin1(name) : null;
  if (path === null) throw unreadable();
  const entry = {
    name, path, flags, next,
    method: head.getUint16(10, true),
    crc: head.getUint32(16, true),
    packed: head.getUint32(20, true),
    size: head.getUint32(24, true),
    offset: head.getUint32(42, true),
    mode: head.getUint32(38, true) >>> 16,
    start: 0,
  };
  widen(entry, central.subarray(at + CENTRAL + named, at + CENTRAL + named + extra));
  return entry;
}

/** Takes sizes and place from the ZIP64 field where the directory leaves them to it (APPNOTE 4.5.3). */
function widen(entry, extra) {
  const fields = view(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + fields.getUint16(at + 2, true)) {
    if (fields.getUint16(at, true) !== 1) continue;
    let place = at + 4;
    for (const name of ["size", "packed", "offset"]) {
      if (entry[name] !== FULL32) continue;
      if (place + 8 > extra.length) throw unreadable();
      entry[name] = number64(fields, place);
      place += 8;
    }
  }
}

function checkEntry(entry) {
  if (!KINDS.has(entry.mode & 0o170000)) {
    throw new RecordRefused("the ZIP holds a symbolic link or something that is no file", "le ZIP contient un lien symbolique ou autre chose qu’un fichier");
  }
  if (entry.flags & 1) throw new RecordRefused("the ZIP is encrypted", "le ZIP est chiffré");
  if (entry.method !== STORED && entry.method !== DEFLATED) throw unreadable();
  if (entry.method === STORED && entry.size !== entry.packed) throw unreadable();
  if (entry.size > FREE_RATIO && entry.size > entry.packed * MAX_RATIO) {
    throw new RecordRefused("a file of the ZIP would grow beyond measure when read", "un fichier du ZIP grossirait démesurément à la lecture");
  }
}

/** Compares local headers with the directory: entries lie one after the other, and nothing else lies between. */
async function checkLayout(blob, entries, end) {
  let expected = 0;
  let slack = 0;
  for (const entry of [...entries].sort((one, other) => one.offset - other.offset)) {
    if (entry.offset < expected || entry.offset > expected + slack) throw overlapping();
    const header = await bytesOf(blob, entry.offset, LOCAL + entry.name.length);
    const head = header.length === LOCAL + entry.name.length ? view(header) : null;
    const alike = head !== null && head.getUint32(0, true) === 0x04034b50 && head.getUint16(26, true) === entry.name.length;
    if (!alike || latin1(header.subarray(LOCAL)) !== latin1(entry.name)) throw overlapping();
    entry.start = entry.offset + LOCAL + entry.name.length + head.getUint16(28, true);
    expected = entry.start + entry.packed;
    slack = entry.flags & 8 ? LONGEST_DESCRIPTOR : 0;
  }
  if (end < expected || end > expected + slack) throw overlapping();
}

const view = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function number64(data, at) {
  const value = data.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw unreadable();
  return Number(value);
}

const TABLE = Uint32Array.from({ length: 256 }, (_, value) => {
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes, crc) {
  crc = ~crc;
  for (let at = 0; at < bytes.length; at += 1) crc = TABLE[(crc ^ bytes[at]) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}

const unreadable = () => new RecordRefused("this is not a ZIP that can be read", "ce n’est pas un ZIP lisible");
const tooMuch = () => new RecordRefused("the ZIP says that it holds more than can be read", "le ZIP dit contenir plus qu’on n’en peut lire");
const overlapping = () => new RecordRefused("files of the ZIP overlap, or something lies between them", "des fichiers du ZIP se recouvrent, ou quelque chose se trouve entre eux");
const damaged = (path) => new RecordRefused(`${path} is damaged`, `${path} est endommagé`);
