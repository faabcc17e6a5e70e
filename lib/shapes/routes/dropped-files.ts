/** What may be dropped on the page Inspect, or sent to be looked at, at a time. */
export const droppedFiles = { bytes: 256_000_000, files: 500 } as const;
