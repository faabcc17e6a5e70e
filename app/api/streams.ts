/** A response made from chunks of text as they come; the browser's cancel reaches the generator. */
export function streamChunks(
  chunks: AsyncIterator<string>,
  headers: Record<string, string>,
  stop: () => void,
): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      } catch (error) {
        controller.error(error);
      }
    },
    async cancel() {
      stop();
      await chunks.return?.();
    },
  });
  return new Response(body, { headers });
}

/** A file that is made while it is sent. */
export function streamText(opened: { type: string; fileName: string; chunks: AsyncIterable<string> }): Response {
  const headers = {
    "content-type": opened.type,
    "content-disposition": `attachment; filename="${opened.fileName.replace(/[^\w.-]/g, "_")}"`,
    "cache-control": "no-store",
  };
  return streamChunks(opened.chunks[Symbol.asyncIterator](), headers, () => {});
}
