/** Inside Portage the default namespace is `""`; Pinecone calls it `__default__` since API version 2025-04. */
const defaultNamespace = "__default__";

export const wireName = (namespace: string): string => (namespace === "" ? defaultNamespace : namespace);
/** Statistics may key the default namespace either way. */
export const nameOfWire = (name: string): string => (name === defaultNamespace ? "" : name);
