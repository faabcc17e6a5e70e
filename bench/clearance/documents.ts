import { type Ask, sideBySide } from "./ask";

/** Documents come mixed, as customers upload them. */
export const namespaces = Array.from({ length: 20 }, (_, number) => `customer-${String(number).padStart(2, "0")}`);

const words =
  "the index holds every paragraph of what a customer uploaded with its title page number language and the day on which it changed last".split(
    " ",
  );
const textLength = 800;

/** A text of some 800 characters that is another one for every number. */
function textOf(number: number): string {
  let text = `Paragraph ${number}:`;
  for (let at = number; text.length < textLength; at = (at * 31 + 7) % 1_000_003)
    text += ` ${words[at % words.length]}`;
  return text;
}

export const idOf = (number: number) => `${String(number).padStart(8, "0")}-paragraph`;

export function documentOf(number: number): object {
  return {
    namespace: namespaces[number % namespaces.length],
    title: `Document ${Math.floor(number / 40)}`,
    url: `https://documents.example/${Math.floor(number / 40)}#${number % 40}`,
    page: number % 40,
    language: number % 3 === 0 ? "de" : "en",
    tags: ["uploaded", `part-${number % 7}`],
    updated_at: new Date(1_750_000_000_000 + number * 1000).toISOString(),
    text: textOf(number),
  };
}

const mappings = {
  properties: {
    namespace: { type: "keyword" },
    title: { type: "text" },
    url: { type: "keyword" },
    page: { type: "integer" },
    language: { type: "keyword" },
    tags: { type: "keyword" },
    updated_at: { type: "date" },
    text: { type: "text" },
    clearance_level: { type: "integer" },
  },
};
const perRequest = 1000;

/** An index of one shard with so many documents and no level in any, merged as far as an index that wasn't written to lately. */
export async function makeIndex(ask: Ask, index: string, documents: number): Promise<void> {
  await ask("PUT", `/${index}`, JSON.stringify({ settings: { number_of_shards: 1, number_of_replicas: 0 }, mappings }));
  const firsts = Array.from({ length: Math.ceil(documents / perRequest) }, (_, page) => page * perRequest);
  await sideBySide(firsts, 4, async (first) => {
    let body = "";
    for (let number = first; number < Math.min(documents, first + perRequest); number++)
      body += `{"index":{"_id":"${idOf(number)}"}}\n${JSON.stringify(documentOf(number))}\n`;
    const answer = await ask("POST", `/${index}/_bulk?filter_path=errors`, body);
    if (!answer.includes('"errors":false')) throw new Error(`The documents could not be made: ${answer.slice(0, 300)}`);
  });
  await ask("POST", `/${index}/_flush`);
  await ask("POST", `/${index}/_refresh`);
}
