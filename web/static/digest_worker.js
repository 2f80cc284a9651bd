// Computes a file's SHA-256 beside the page, in constant memory, while the page sends the same file.
import { sha256 } from "./vendor/noble-hashes-2.4.0/sha2.js";

const PART = 4 * 1024 * 1024;

self.addEventListener("message", async (event) => {
  const { file } = event.data;
  try {
    const hash = sha256.create();
    for (let start = 0; start < file.size; start += PART) {
      hash.update(new Uint8Array(await file.slice(start, start + PART).arrayBuffer()));
    }
    const digest = Array.from(hash.digest(), (octet) => octet.toString(16).padStart(2, "0")).join("");
    self.postMessage({ digest });
  } catch {
    self.postMessage({ digest: null }); // the file changed or can't be read: the page then says so
  }
});
