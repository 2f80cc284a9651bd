// Names of files in a record: which are allowed, and which would be one and the same on some system.
import { RecordRefused, utf8 } from "./bytes.js";

const MAX_PATH = 1024;
const MAX_PART = 255;
const CONTROLS = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Refuses a path that is not relative, or could leave the record, or reads differently on some system. */
export function checkPath(path) {
  const parts = path.split("/");
  const long = utf8(path).length > MAX_PATH || parts.some((part) => utf8(part).length > MAX_PART);
  const climbs = parts.some((part) => part === "" || part === "." || part === "..");
  if (!path || long || climbs || path.includes("\\") || path.startsWith("~") || /^[A-Za-z]:/.test(path)) {
    throw new RecordRefused("a path in the record is absolute, climbs out of it or is too long", "un chemin du dossier est absolu, en sort ou est trop long");
  }
  if (CONTROLS.test(path)) {
    throw new RecordRefused("a path in the record holds control characters", "un chemin du dossier contient des caractères de contrôle");
  }
}

/** Paths of one record, refusing what would overwrite or hide another. */
export class PathSet {
  files = new Set();
  folders = new Set();

  add(path) {
    checkPath(path);
    const key = path.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFC");
    const parents = [...key.matchAll(/\//g)].map((found) => key.slice(0, found.index));
    if (this.files.has(key) || this.folders.has(key) || parents.some((parent) => this.files.has(parent))) {
      throw new RecordRefused(
        "two files of the record would have one name on some system",
        "deux fichiers du dossier auraient le même nom sur certains systèmes",
      );
    }
    this.files.add(key);
    parents.forEach((parent) => this.folders.add(parent));
  }
}
