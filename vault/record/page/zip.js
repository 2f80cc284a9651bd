// A ZIP read as strictly as it was written: every header is made again, as our writer makes it, and held against the file.
import { RecordRefused, equal, joined, latin1, textOf } from "./bytes.js";
import { PathSet } from "./names.js";

const MAX_FILES = 100000;
const MAX_TOTAL = 2 ** 40;
const MAX_CENTRAL = 64 * 1024 * 1024;
const SLICE = 2 * 1024 * 1024;
const END = 22;
const WIDE_END = 76;
const CENTRAL = 46;
const FULL32 = 0xffffffff;
const FULL16 = 0xffff;
const PLAIN = 20;
const ZIP64 = 45;
const UNIX = 3 << 8;
const FLAGS = 0x0808;
const FILE_MODE = 0o100644 * 65536;
const KINDS = new Set([0, 0o100000]);

export const looksLikeZip = async (blob) => /^PK(\x03\x04|\x05\x06)/.test(latin1(await bytesOf(blob, 0, 4)));

/** Files of a ZIP, by path; refused before the first is read unless every header is as it was written. */
export async function openZip(blob) {
  const { count, size, start } = await readEnd(blob);
  if (count > MAX_FILES) throw tooMuch();
  if (size > MAX_CENTRAL || start + size > blob.size) throw unreadable();
  const central = await bytesOf(blob, start, size);
  const entries = new Map();
  const paths = new PathSet();
  let [at, place, total, stamp] = [0, 0, 0, null];
  for (let number = 0; number < count; number += 1) {
    const entry = await readEntry(blob, central, at, place);
    if (stamp !== null && stamp !== entry.stamp) throw otherwise();
    stamp = entry.stamp;
    paths.add(entry.path);
    entries.set(entry.path, entry);
    at = entry.next;
    place = entry.start + entry.size + descriptor(0, 0, entry.size >= FULL32).length;
    total += entry.size;
  }
  if (total > MAX_TOTAL) throw tooMuch();
  if (at !== size || place !== start) throw overlapping();
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

  /** A ZIP that lies in this one. */
  async inside(path) {
    const entry = this.entries.get(path);
    return openZip(this.blob.slice(entry.start, entry.start + entry.size));
  }

  /** Gives a file's chunks in order; its checksum is held against it at the end. */
  async *chunks(path) {
    const entry = this.entries.get(path);
    let crc = 0;
    for await (const chunk of slices(this.blob.slice(entry.start, entry.start + entry.size))) {
      crc = crc32(chunk, crc);
      yield chunk;
    }
    if (crc !== entry.crc) throw damaged(path);
  }

  /** Holds a file that nothing else vouches for against its checksum. */
  async check(path) {
    const chunks = this.chunks(path);
    while (!(await chunks.next()).done);
  }
}

export async function* slices(blob) {
  for (let start = 0; start < blob.size; start += SLICE) yield bytesOf(blob, start, SLICE);
}

async function bytesOf(blob, start, size) {
  try {
    return new Uint8Array(await blob.slice(start, start + size).arrayBuffer());
  } catch {
    throw new RecordRefused("the file cannot be read; was it moved or changed?", "le fichier ne peut pas être lu ; a-t-il été déplacé ou modifié ?");
  }
}

/** How many files the directory names, its size and where it begins; nothing may follow it, no comment either. */
async function readEnd(blob) {
  if (blob.size < END) throw unreadable();
  let end = await bytesOf(blob, blob.size - END, END);
  let read = view(end);
  if (read.getUint32(0, true) !== 0x06054b50) throw following();
  let found = { count: read.getUint16(10, true), size: read.getUint32(12, true), start: read.getUint32(16, true) };
  if (found.count === FULL16 || found.size === FULL32 || found.start === FULL32) {
    if (blob.size < END + WIDE_END) throw unreadable();
    end = await bytesOf(blob, blob.size - END - WIDE_END, END + WIDE_END);
    read = view(end);
    found = { count: number64(read, 32), size: number64(read, 40), start: number64(read, 48) };
  }
  const { count, size, start } = found;
  if (!equal(end, endOf(count, size, start)) || start + size + end.length !== blob.size) throw otherwise();
  return found;
}

/** The entry that the directory names `at`, and whose own header must lie in its `place`. */
async function readEntry(blob, central, at, place) {
  if (at + CENTRAL > central.length) throw unreadable();
  const head = view(central.subarray(at, at + CENTRAL));
  const [named, extra] = [head.getUint16(28, true), head.getUint16(30, true)];
  if (!KINDS.has((head.getUint32(38, true) >>> 16) & 0o170000)) {
    throw new RecordRefused("the ZIP holds a symbolic link or something that is no file", "le ZIP contient un lien symbolique ou autre chose qu’un fichier");
  }
  if (head.getUint16(8, true) & 1) throw new RecordRefused("the ZIP is encrypted", "le ZIP est chiffré");
  const name = central.subarray(at + CENTRAL, at + CENTRAL + named);
  const [stamp, crc] = [head.getUint32(12, true), head.getUint32(16, true)];
  let size = head.getUint32(24, true);
  if (size === FULL32) {
    if (at + CENTRAL + named + 12 > central.length) throw unreadable();
    size = number64(view(central), at + CENTRAL + named + 4);
  }
  if (size > MAX_TOTAL) throw tooMuch();
  const large = size >= FULL32;
  const next = at + CENTRAL + named + extra;
  const before = localHeader(name, stamp, large);
  const behind = descriptor(crc, size, large);
  const start = place + before.length;
  const asWritten =
    equal(central.subarray(at, next), centralHeader(name, stamp, crc, size, place)) &&
    equal(await bytesOf(blob, place, before.length), before) &&
    equal(await bytesOf(blob, start + size, behind.length), behind);
  if (!asWritten) throw otherwise();
  const path = textOf(name);
  if (path === null) throw unreadable();
  return { path, start, size, crc, stamp, next };
}

/** Little-endian numbers, each as [bytes, value]. */
function packed(...fields) {
  const bytes = new Uint8Array(fields.reduce((length, [width]) => length + width, 0));
  const written = view(bytes);
  let at = 0;
  for (const [width, value] of fields) {
    if (width === 2) written.setUint16(at, value, true);
    else if (width === 4) written.setUint32(at, value, true);
    else written.setBigUint64(at, BigInt(value), true);
    at += width;
  }
  return bytes;
}

function localHeader(name, stamp, large) {
  const extra = large ? packed([2, 1], [2, 16], [8, 0], [8, 0]) : new Uint8Array();
  const size = large ? FULL32 : 0;
  const fixed = packed(
    [4, 0x04034b50], [2, large ? ZIP64 : PLAIN], [2, FLAGS], [2, 0], [4, stamp], [4, 0], [4, size], [4, size],
    [2, name.length], [2, extra.length],
  );
  return joined(fixed, name, extra);
}

function descriptor(crc, size, large) {
  const width = large ? 8 : 4;
  return packed([4, 0x08074b50], [4, crc], [width, size], [width, size]);
}

function centralHeader(name, stamp, crc, size, offset) {
  const wide = [...(size >= FULL32 ? [[8, size], [8, size]] : []), ...(offset >= FULL32 ? [[8, offset]] : [])];
  const extra = wide.length ? packed([2, 1], [2, 8 * wide.length], ...wide) : new Uint8Array();
  const version = wide.length ? ZIP64 : PLAIN;
  const narrow = Math.min(size, FULL32);
  const fixed = packed(
    [4, 0x02014b50], [2, UNIX | version], [2, version], [2, FLAGS], [2, 0], [4, stamp], [4, crc], [4, narrow], [4, narrow],
    [2, name.length], [2, extra.length], [2, 0], [2, 0], [2, 0], [4, FILE_MODE], [4, Math.min(offset, FULL32)],
  );
  return joined(fixed, name, extra);
}

function endOf(count, size, start) {
  const large = count >= FULL16 || size >= FULL32 || start >= FULL32;
  const wide = large
    ? packed(
        [4, 0x06064b50], [8, 44], [2, UNIX | ZIP64], [2, ZIP64], [4, 0], [4, 0], [8, count], [8, count], [8, size], [8, start],
        [4, 0x07064b50], [4, 0], [8, start + size], [4, 1],
      )
    : new Uint8Array();
  const number = Math.min(count, FULL16);
  const narrow = packed(
    [4, 0x06054b50], [2, 0], [2, 0], [2, number], [2, number], [4, Math.min(size, FULL32)], [4, Math.min(start, FULL32)], [2, 0],
  );
  return joined(wide, narrow);
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

const otherwise = () =>
  new RecordRefused(
    "the ZIP is not as it was written: another program made it anew, or it was altered (the folder that it unpacks to can still be verified)",
    "le ZIP n’est pas tel qu’il a été écrit : un autre programme l’a refait, ou il a été altéré (le dossier décompressé reste vérifiable par la commande)",
  );
const following = () => new RecordRefused("something follows the ZIP's directory", "quelque chose suit le répertoire du ZIP");
const unreadable = () => new RecordRefused("this is not a ZIP that can be read", "ce n’est pas un ZIP lisible");
const tooMuch = () => new RecordRefused("the ZIP says that it holds more than can be read", "le ZIP dit contenir plus qu’on n’en peut lire");
const overlapping = () => new RecordRefused("files of the ZIP overlap, or something lies between them", "des fichiers du ZIP se recouvrent, ou quelque chose se trouve entre eux");
const damaged = (path) => new RecordRefused(`${path} is damaged`, `${path} est endommagé`);
