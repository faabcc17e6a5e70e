import { createHash } from "node:crypto";
import { slug } from "@/lib/text/slug";
import type { Metadata } from "../pinecone/metadata";
import { chunkText } from "./chunk-text";
import type { Customer } from "./customers";
import { findDocuments, type SourceDocument } from "./find-documents";

export type SeedRecord = { id: string; metadata: Metadata };

/** Records of a namespace at most, so that a first start stays quick. */
const most = 4000;
/** Records of a namespace at least; a package with less documentation is filled up. */
const fewest = 50;
const chunksPerPage = 3;
const firstUpload = Date.UTC(2024, 0, 8);
const day = 86_400_000;

const numberOf = (name: string) => createHash("sha1").update(name).digest().readUInt32BE(0);

/** ID of a chunk: documents of a product are found again by it. */
export function chunkId(slug: string, chunk: number): string {
  return `${slug}#chunk-${String(chunk).padStart(5, "0")}`;
}

function describeDocument(customer: Customer, document: SourceDocument): Metadata {
  const folders = document.file.split("/").slice(0, -1);
  const number = numberOf(`${customer.package}/${document.file}`);
  return {
    file_name: document.file.split("/").at(-1) ?? document.file,
    path: document.file,
    package: customer.package,
    language: "en",
    file_size: document.bytes,
    tags: [...new Set(["documentation", ...folders.slice(0, 3)])],
    uploaded_at: new Date(firstUpload + (number % 700) * day + (number % 86_399) * 1000).toISOString(),
    uploaded_by: `user-${(number % 17) + 1}`,
    archived: number % 11 === 0,
  };
}

function* recordsOfDocument(customer: Customer, document: SourceDocument, known: Set<string>): Generator<SeedRecord> {
  const name = slug(document.file);
  const described = describeDocument(customer, document);
  const chunks = chunkText(document.text, document.file).filter(({ text }) => {
    // The same licence or table in many files would make honest embeddings of equal texts look like repeated ones.
    if (known.has(text)) return false;
    known.add(text);
    return true;
  });
  for (const [at, { text, title }] of chunks.entries()) {
    yield {
      id: chunkId(name, at + 1),
      metadata: {
        text,
        title,
        page: Math.floor(at / chunksPerPage) + 1,
        chunk_number: at + 1,
        chunk_count: chunks.length,
        ...described,
      },
    };
  }
}

function* fillers(customer: Customer, missing: number): Generator<SeedRecord> {
  for (let at = 1; at <= missing; at++) {
    const text = `Note ${at} on ${customer.package}: how version ${at}.0 is installed, configured and tested, which settings changed since version ${at - 1}.0, and what to look for in the log when step ${at * 7} fails.`;
    const document = { file: "notes/release-notes.md", text, bytes: text.length * missing };
    const described = describeDocument(customer, document);
    yield {
      id: chunkId("notes-release-notes-md", at),
      metadata: { text, title: `Note ${at}`, page: at, chunk_number: at, chunk_count: missing, ...described },
    };
  }
}

/** The records of a customer's namespace: real documentation, at least {@link fewest}, IDs unique. `known`: texts met so far. */
export function seedRecords(modules: string | null, customer: Customer, known: Set<string>): SeedRecord[] {
  const records = new Map<string, SeedRecord>();
  const documents = modules === null ? [] : findDocuments(modules, customer.package, customer.declared ?? false);
  for (const document of documents) {
    for (const record of recordsOfDocument(customer, document, known)) {
      if (records.size < most && !records.has(record.id)) records.set(record.id, record);
    }
    if (records.size >= most) break;
  }
  for (const record of fillers(customer, fewest - records.size)) records.set(record.id, record);
  return [...records.values()];
}
