// Computes the CRC-32 of files one after the other (ISO 3309, as ZIP wants it), in constant memory, beside the page.

const PART = 4 * 1024 * 1024;
const TABLES = makeTables();

self.addEventListener("message", async ({ data: { files } }) => {
  try {
    const checksums = [];
    for (const file of files) checksums.push(await checksumOf(file));
    self.postMessage({ checksums });
  } catch {
    self.postMessage({ checksums: null }); // a file changed or can't be read
  }
});

async function checksumOf(file) {
  let crc = 0xffffffff;
  for (let start = 0; start < file.size; start += PART) {
    const part = new Uint8Array(await file.slice(start, start + PART).arrayBuffer());
    crc = update(crc, part);
    self.postMessage({ read: part.length });
  }
  return (crc ^ 0xffffffff) >>> 0;
}

// Four octets a step ("slicing by 4").
function makeTables() {
  const tables = Array.from({ length: 4 }, () => new Uint32Array(256));
  for (let octet = 0; octet < 256; octet += 1) {
    let crc = octet;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    tables[0][octet] = crc;
  }
  for (let octet = 0; octet < 256; octet += 1) {
    for (let step = 1; step < 4; step += 1) {
      const before = tables[step - 1][octet];
      tables[step][octet] = (before >>> 8) ^ tables[0][before & 0xff];
    }
  }
  return tables;
}

function update(begun, part) {
  const [first, second, third, fourth] = TABLES;
  let crc = begun;
  let place = 0;
  for (; place + 4 <= part.length; place += 4) {
    crc ^= part[place] | (part[place + 1] << 8) | (part[place + 2] << 16) | (part[place + 3] << 24);
    crc = fourth[crc & 0xff] ^ third[(crc >>> 8) & 0xff] ^ second[(crc >>> 16) & 0xff] ^ first[crc >>> 24];
  }
  for (; place < part.length; place += 1) crc = (crc >>> 8) ^ first[(crc ^ part[place]) & 0xff];
  return crc;
}
