/** How it is called in words. */
export const service = "Elasticsearch";
