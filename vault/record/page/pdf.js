// The machine's receipt inside a paper, and what a certificate states: found among the PDF's embedded files.
import { latin1, textOf } from "./bytes.js";
import { MAX_PROOF_BYTES } from "./receipt.js";

const MAX_PDF = 16 * 1024 * 1024;
const EMBEDDED = /\/Type\s*\/EmbeddedFile\b/g;
const PROOF = /"format":"entente-(?:receipt|existence)\/v1"/;
const DESTRUCTION = /"format":"entente-destruction\/v1"/;

export const looksLikePdf = async (blob) => latin1(new Uint8Array(await blob.slice(0, 5).arrayBuffer())) === "%PDF-";

/** Whether a file is a PDF, not too large to look at, that bears an electronic signature; whether it holds is not said. */
export async function isSignedPdf(blob) {
  return blob.size <= MAX_PDF && (await looksLikePdf(blob)) && latin1(new Uint8Array(await blob.arrayBuffer())).includes("/ByteRange");
}

/** The proofs attached to a PDF, as bytes; whether they hold is not said here. */
export const attachedProofs = (blob) => attached(blob, PROOF);

/** What a certificate of destruction states, as bytes, where that is attached to it; else null. */
export const statedDestruction = async (blob) => (await attached(blob, DESTRUCTION))[0] ?? null;

async function attached(blob, mark) {
  if (blob.size > MAX_PDF) return [];
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const text = latin1(bytes);
  const found = [];
  for (const { index } of text.matchAll(EMBEDDED)) {
    const start = /stream\r?\n/g;
    start.lastIndex = index;
    const opened = start.exec(text);
    const end = text.indexOf("endstream", index);
    if (opened === null || end < opened.index) continue;
    const head = text.slice(text.lastIndexOf(" obj", index), opened.index);
    const length = /\/Length\s+(\d{1,9})\b(?!\s+\d+\s+R)/.exec(head);
    const from = opened.index + opened[0].length;
    const stored = bytes.subarray(from, length ? from + Number(length[1]) : end);
    const plain = head.includes("/FlateDecode") ? await inflate(stored) : stored;
    if (plain !== null && plain.length <= MAX_PROOF_BYTES && mark.test(textOf(plain) ?? "")) found.push(plain);
  }
  return found;
}

async function inflate(bytes) {
  const parts = [];
  let size = 0;
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > MAX_PROOF_BYTES) return null;
      parts.push(value);
    }
  } catch {
    return null;
  } finally {
    await reader.cancel().catch(() => {});
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
