/** Rows of a long list that one request asks for. */
export const windowSize = 100;
