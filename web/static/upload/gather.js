// What a person chose or dropped: files, and folders with all that is in them, each with its path.

const JUNK = /(^|\/)(\.DS_Store|Thumbs\.db|ehthumbs\.db|desktop\.ini|\.Spotlight-V100|\.Trashes|\.fseventsd|__MACOSX|\.git)(\/|$)|(^|\/)(\._|~\$)[^/]*$/i;
const DEEPEST = 32;

export class TooManyError extends Error {}

export function fromInput(files) {
  return Array.from(files, (file) => ({ file, path: file.webkitRelativePath || file.name }));
}

// What a drop holds, folder by folder; files beside them last, under no folder's name.
// A drop's items must be asked for at once: they are gone after the first wait.
export async function fromDrop(transfer, most) {
  const entries = [];
  const beside = [];
  for (const item of transfer.items) {
    const entry = item.webkitGetAsEntry?.();
    const file = entry?.isDirectory ? null : item.getAsFile();
    if (file) beside.push({ file, path: file.name });
    else if (entry) entries.push(entry);
  }
  const groups = [];
  let rest = most - beside.length;
  for (const entry of entries) {
    const found = [];
    await walk(entry, entry.name, 0, found, rest);
    rest -= found.length;
    groups.push({ folder: entry.name, found });
  }
  return beside.length ? [...groups, { folder: "", found: beside }] : groups;
}

async function walk(entry, path, depth, found, most) {
  if (found.length > most || depth > DEEPEST) throw new TooManyError();
  if (entry.isFile) {
    found.push({ file: await new Promise((resolve, reject) => entry.file(resolve, reject)), path });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return; // a browser gives a hundred at a time
    for (const child of some) await walk(child, `${path}/${child.name}`, depth + 1, found, most);
  }
}

// Why a file would be left out, by the name of its sentence; "" where nothing speaks against it.
export function objection({ file, path }, limit) {
  if (file.size === 0) return "left-empty";
  if (file.size > limit) return "left-large";
  return JUNK.test(path) ? "left-system" : "";
}

export function inOrder(found) {
  return found.toSorted((one, other) => (one.path < other.path ? -1 : Number(one.path > other.path)));
}
