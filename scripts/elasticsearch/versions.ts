/** The server that tests are held against, and the digest of what is downloaded. A new version needs a new digest. */
export const distribution = {
  version: "9.5.3",
  artifact: "org.elasticsearch.distribution.integ-test-zip:elasticsearch:9.5.3:zip",
  sha256: "bec49f3b8d00e75c8d1cec85c35298635ec9fbd3ae80ef5aeb6bc05abdb3db2d",
  image: "docker.elastic.co/elasticsearch/elasticsearch:9.5.3",
} as const;

/** The oldest Java that this version runs on. */
export const leastJava = 21;
