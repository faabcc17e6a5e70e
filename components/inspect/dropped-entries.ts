/** A file with the name that it had, from the folder on that was dropped or chosen. */
export type NamedFile = { name: string; file: File };

/** Files that systems leave in folders by themselves. */
const isHidden = (name: string) => name.split("/").some((part) => part.startsWith("."));

/** Files that were chosen; those of a chosen folder know their way in it. */
export function chosenFiles(list: FileList | null): NamedFile[] {
  return [...(list ?? [])]
    .map((file) => ({ name: file.webkitRelativePath || file.name, file }))
    .filter(({ name }) => !isHidden(name));
}

/** What was dropped, folders with all that is in them, as many files as `most` and one. Call it before the event is over. */
export async function droppedEntries({ items }: DataTransfer, most: number): Promise<NamedFile[]> {
  // What a browser hands over is gone after the event: asked for first, read afterwards.
  const given = [...items].map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const found: NamedFile[] = [];
  for (const { entry, file } of given) {
    if (entry) await collect(entry, "", found, most);
    else if (file) found.push({ name: file.name, file });
  }
  return found;
}

async function collect(entry: FileSystemEntry, above: string, found: NamedFile[], most: number): Promise<void> {
  const name = above + entry.name;
  if (found.length > most || isHidden(name)) return;
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    found.push({ name, file });
  } else if (isFolder(entry)) {
    const reader = entry.createReader();
    // Answered in parts: the last one is empty.
    for (let part = await entriesOf(reader); part.length > 0; part = await entriesOf(reader))
      for (const below of part) await collect(below, `${name}/`, found, most);
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
const entriesOf = (reader: FileSystemDirectoryReader) =>
  new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
