import { limits } from "../pinecone/limits";
import type { Metadata } from "../pinecone/metadata";
import { chunkId, type SeedRecord } from "./seed-records";

const sentences = [
  "この文書は、契約の更新手続きと承認の流れについて説明します。",
  "申請者は所属部署の責任者に必要書類を提出し、確認を受けなければなりません。",
  "期限を過ぎた申請は翌月の審査会で改めて検討されます。",
  "個人情報を含む資料は、指定された保管庫に三年間保存してください。",
  "不明な点がある場合は、総務部の担当窓口までお問い合わせください。",
] as const;

/** Japanese takes about a token a character, so this is far beyond what the model reads of one text, and still small in bytes. */
function longJapanese(characters: number): string {
  let text = "";
  for (let section = 1; text.length < characters; section++)
    text += `第${section}条　${sentences[section % sentences.length]}\n`;
  return text;
}

function longEnglish(words: number): string {
  let text = "";
  for (let clause = 1; clause * 12 < words; clause++) {
    text += `Clause ${clause}: the supplier keeps the records of delivery ${clause * 13} for ten years. `;
  }
  return text;
}

/** Metadata of exactly `bytes` bytes as JSON. */
function filledTo(bytes: number, metadata: Metadata): Metadata {
  const left = bytes - Buffer.byteLength(JSON.stringify({ ...metadata, layout: "" }));
  const cells = "<td>0</td>".repeat(Math.ceil(left / 10));
  return { ...metadata, layout: cells.slice(0, left) };
}

/**
 * Records as every grown index has some: no text, empty or blank text, a number for a text, texts beyond the model's limit, metadata
 * that just fits, and metadata that no longer fits once a clearance level is added.
 */
export function oddities(owner: string): SeedRecord[] {
  const record = (slug: string, metadata: Metadata): SeedRecord => ({
    id: chunkId(slug, 1),
    metadata: {
      ...metadata,
      file_name: slug,
      title: slug,
      page: 1,
      chunk_number: 1,
      chunk_count: 1,
      package: owner,
      tags: ["oddity"],
      uploaded_at: "2025-03-04T05:06:07.000Z",
    },
  });
  const table = (slug: string, bytes: number): SeedRecord => {
    const { id, metadata } = record(slug, { text: `Price list of ${owner}, exported with its layout (${slug}).` });
    return { id, metadata: filledTo(bytes, metadata) };
  };
  return [
    record("scan-without-text-layer.pdf", {}),
    record("empty-page.pdf", { text: "" }),
    record("blank-page.pdf", { text: " \n\t  " }),
    record("cell-with-a-number.xlsx", { text: 20260401 }),
    record("keiyaku-kitei.docx", { text: `${owner} 契約規程\n${longJapanese(4000)}`, language: "ja" }),
    record("framework-agreement.docx", { text: `Agreement with ${owner}. ${longEnglish(2600)}` }),
    table("price-list-wide.html", limits.metadataBytes - 64),
    table("price-list-full.html", limits.metadataBytes),
  ];
}
