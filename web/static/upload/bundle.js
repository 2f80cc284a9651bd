// One ZIP file out of many, stored and not compressed, without holding any of them: a Blob made of headers and files.
// The same files under the same paths give the same bytes, so a bundle that was cut off can be made and resumed again.
// Format: PKWARE APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.14 to 4.3.16 (ends, ZIP64).

export const MOST_IN_BUNDLE = 10_000;
const LIMIT_32 = 0xffffffff;
const LIMIT_16 = 0xffff;
const UTF8 = 0x0800; // general purpose bit 11
const DATE = 0x0021; // 1 January 1980: the dates of a copied folder prove nothing, and would change the bytes
const encoder = new TextEncoder();

// files: [{file, path}] in the order wanted. Resolves to a File; rejects when one of them can't be read.
export async function bundle(files, name, onRead = () => {}) {
  const checksums = await checksumsOf(
    files.map(({ file }) => file),
    onRead,
  );
  const [parts, directory] = [[], []];
  let offset = 0;
  for (const [place, { file, path }] of files.entries()) {
    const entry = { path: encoder.encode(path), size: file.size, crc: checksums[place], offset };
    const header = localHeader(entry);
    parts.push(header, file);
    offset += header.length + file.size;
    directory.push(directoryHeader(entry));
  }
  const size = directory.reduce((sum, each) => sum + each.length, 0);
  return new File([...parts, ...directory, ...ends(files.length, size, offset)], name, { type: "application/zip" });
}

// What a bundle of these files would measure, in octets, or a little more.
export function bundleSize(files) {
  return files.reduce((sum, { file, path }) => sum + file.size + 2 * encoder.encode(path).length + 136, 98);
}

function checksumsOf(files, onRead) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./checksum_worker.js", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }) => {
      if (data.read) onRead(data.read);
      else {
        worker.terminate();
        if (data.checksums) resolve(data.checksums);
        else reject(new Error("unreadable"));
      }
    });
    worker.addEventListener("error", () => reject(new Error("no worker")));
    worker.postMessage({ files });
  });
}

// Fields of 2, 4 or 8 octets, least significant first.
function record(fields, ...tails) {
  const head = new Uint8Array(fields.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(head.buffer);
  let place = 0;
  for (const [size, value] of fields) {
    if (size === 2) view.setUint16(place, value, true);
    else if (size === 4) view.setUint32(place, value, true);
    else view.setBigUint64(place, BigInt(value), true);
    place += size;
  }
  const whole = new Uint8Array(tails.reduce((sum, tail) => sum + tail.length, head.length));
  whole.set(head);
  for (const tail of tails) {
    whole.set(tail, place);
    place += tail.length;
  }
  return whole;
}

function localHeader({ path, size, crc }) {
  const large = size >= LIMIT_32;
  const extra = large ? record([[2, 1], [2, 16], [8, size], [8, size]]) : new Uint8Array();
  const shown = large ? LIMIT_32 : size;
  return record(
    [[4, 0x04034b50], [2, large ? 45 : 20], [2, UTF8], [2, 0], [2, 0], [2, DATE], [4, crc], [4, shown], [4, shown]]
      .concat([[2, path.length], [2, extra.length]]),
    path,
    extra,
  );
}

function directoryHeader({ path, size, crc, offset }) {
  const wide = [];
  if (size >= LIMIT_32) wide.push([8, size], [8, size]);
  if (offset >= LIMIT_32) wide.push([8, offset]);
  const extra = wide.length ? record([[2, 1], [2, 8 * wide.length], ...wide]) : new Uint8Array();
  const version = wide.length ? 45 : 20;
  const shown = Math.min(size, LIMIT_32);
  return record(
    [[4, 0x02014b50], [2, version], [2, version], [2, UTF8], [2, 0], [2, 0], [2, DATE], [4, crc], [4, shown], [4, shown]]
      .concat([[2, path.length], [2, extra.length], [2, 0], [2, 0], [2, 0], [4, 0], [4, Math.min(offset, LIMIT_32)]]),
    path,
    extra,
  );
}

function ends(count, size, offset) {
  const wide = count >= LIMIT_16 || size >= LIMIT_32 || offset >= LIMIT_32;
  const shown = Math.min(count, LIMIT_16);
  const end = record([[4, 0x06054b50], [2, 0], [2, 0], [2, shown], [2, shown]]
    .concat([[4, Math.min(size, LIMIT_32)], [4, Math.min(offset, LIMIT_32)], [2, 0]]));
  if (!wide) return [end];
  const wideEnd = record([[4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0], [8, count], [8, count]]
    .concat([[8, size], [8, offset]]));
  return [wideEnd, record([[4, 0x07064b50], [4, 0], [8, offset + size], [4, 1]]), end];
}
