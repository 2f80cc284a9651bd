// A sealed record as a bag (RFC 8493): every file in a manifest, every digest computed again.
import { sha256 } from "../static/vendor/noble-hashes-2.4.0/sha2.js";
import { RecordRefused, hex, joined, textOf } from "./bytes.js";
import { PathSet } from "./names.js";

const MANIFEST = "manifest-sha256.txt";
const TAG_MANIFEST = "tagmanifest-sha256.txt";
const PAYLOAD = "data/";
const MAX_SMALL = 64 * 1024 * 1024;
const DECLARATION = /^BagIt-Version: 1\.0\r?\nTag-File-Character-Encoding: UTF-8\r?\n?$/;
const LINE = /^([0-9A-Fa-f]+)[ \t]+\*?(\S.*)$/u;
const OXUM = /^Payload-Oxum[ \t]*:[ \t]*([0-9]+)\.([0-9]+)[ \t]*$/im;

/** Checks a whole bag; `seen` is told how many bytes were read. Gives counts and the tag manifest's digest (hex). */
export async function readBag(files, seen) {
  const paths = files.paths;
  if (!DECLARATION.test(await smallText(files, "bagit.txt"))) {
    throw new RecordRefused("bagit.txt is not as RFC 8493 asks", "bagit.txt n’est pas tel que le veut la RFC 8493");
  }
  if (paths.includes("fetch.txt")) throw new RecordRefused("the bag leaves files to be fetched from elsewhere", "le dossier laisse des fichiers à chercher ailleurs");
  const expected = await expectedDigests(files);
  const strays = paths.filter((path) => path !== TAG_MANIFEST && !expected.has(path)).sort();
  if (strays.length) throw new RecordRefused(`${strays[0]} is in no manifest`, `${strays[0]} n’est dans aucune liste`);
  for (const [path, digest] of expected) await checkFile(files, path, digest, seen);
  const payload = paths.filter((path) => path.startsWith(PAYLOAD));
  const size = payload.reduce((sum, path) => sum + files.size(path), 0);
  const oxum = paths.includes("bag-info.txt") && OXUM.exec(await smallText(files, "bag-info.txt"));
  if (oxum && (BigInt(oxum[1]) !== BigInt(size) || BigInt(oxum[2]) !== BigInt(payload.length))) {
    throw new RecordRefused("the bag does not hold as much as it says (Payload-Oxum)", "le dossier ne contient pas autant qu’il le dit (Payload-Oxum)");
  }
  return { files: payload.length, size, seal: hex(sha256(await small(files, TAG_MANIFEST))) };
}

/** A file of at most 64 MiB, whole. */
export async function small(files, path) {
  if (!files.paths.includes(path)) throw new RecordRefused(`${path} is missing`, `${path} manque`);
  if (files.size(path) > MAX_SMALL) throw new RecordRefused(`${path} is too large to be what it says`, `${path} est trop volumineux pour être ce qu’il dit`);
  const parts = [];
  for await (const chunk of files.chunks(path)) parts.push(chunk);
  return joined(...parts);
}

export async function smallText(files, path) {
  const text = textOf(await small(files, path));
  if (text === null) throw new RecordRefused(`${path} is not in the bag's encoding`, `${path} n’est pas dans l’encodage du dossier`);
  return text;
}

async function expectedDigests(files) {
  const manifests = files.paths.filter((path) => /^(tag)?manifest-[a-z0-9]+\.txt$/.test(path)).sort();
  if (manifests.join() !== [MANIFEST, TAG_MANIFEST].join()) {
    throw new RecordRefused("the bag's lists are not its two SHA-256 manifests", "les listes du dossier ne sont pas ses deux manifestes SHA-256");
  }
  const payload = files.paths.filter((path) => path.startsWith(PAYLOAD));
  const listed = readManifest(await smallText(files, MANIFEST));
  const tags = readManifest(await smallText(files, TAG_MANIFEST));
  const misplaced = [...listed.keys()].some((path) => !path.startsWith(PAYLOAD)) || [...tags.keys()].some((path) => path.startsWith(PAYLOAD));
  if (misplaced) throw new RecordRefused("a manifest lists a file that it must not list", "un manifeste cite un fichier qu’il ne doit pas citer");
  const strays = [...payload.filter((path) => !listed.has(path)), ...[...listed.keys()].filter((path) => !payload.includes(path))].sort();
  if (strays.length) {
    throw new RecordRefused(
      `${strays[0]} is listed but missing, or there but not listed`,
      `${strays[0]} est cité mais manque, ou est là sans être cité`,
    );
  }
  return new Map([...listed, ...tags]);
}

function readManifest(text) {
  const lines = new Map();
  const paths = new PathSet();
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (!line.trim()) continue;
    const found = LINE.exec(line);
    if (found === null) throw new RecordRefused("a line of a manifest is malformed", "une ligne d’un manifeste est mal formée");
    const path = found[2].replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
    if (lines.has(path)) throw new RecordRefused(`${path} is listed twice`, `${path} est cité deux fois`);
    paths.add(path);
    lines.set(path, found[1].toLowerCase());
  }
  return lines;
}

async function checkFile(files, path, digest, seen) {
  if (!files.paths.includes(path)) throw new RecordRefused(`${path} is listed but missing`, `${path} est cité mais manque`);
  const hash = sha256.create();
  for await (const chunk of files.chunks(path)) {
    hash.update(chunk);
    seen(chunk.length);
  }
  if (hex(hash.digest()) !== digest) throw new RecordRefused(`${path} is not the file that was sealed`, `${path} n’est pas le fichier qui a été scellé`);
}
