import type { MavenArtifact } from "./maven-artifact";

/** A server that tests are held against. A new version needs a new digest. */
export type Distribution = {
  version: string;
  /** Names the folder with the part of our plugin that fits it. */
  major: 8 | 9;
  /** The oldest Java that it runs on. */
  leastJava: number;
  artifact: MavenArtifact;
  image: string;
};

function distribution(major: 8 | 9, version: string, leastJava: number, sha256: string): Distribution {
  return {
    version,
    major,
    leastJava,
    artifact: {
      coordinates: `org.elasticsearch.distribution.integ-test-zip:elasticsearch:${version}:zip`,
      file: `elasticsearch-${version}.zip`,
      sha256,
    },
    image: `docker.elastic.co/elasticsearch/elasticsearch:${version}`,
  };
}

const newest = distribution(9, "9.5.3", 21, "bec49f3b8d00e75c8d1cec85c35298635ec9fbd3ae80ef5aeb6bc05abdb3db2d");
/** Runs on the newest Java of Debian 12. */
const older = distribution(8, "8.19.21", 17, "215d5f3dbf0609a149f6218a9e47b6ae2df34ebbff3c5754e35f15a5e5393c8a");

/** Portage speaks to both; the newest that can be had is taken, or the one that PORTAGE_TEST_ELASTICSEARCH names by its first number. */
export function distributions(wanted = process.env.PORTAGE_TEST_ELASTICSEARCH ?? ""): readonly Distribution[] {
  const fitting = [newest, older].filter(({ major }) => wanted === "" || wanted === String(major));
  if (fitting.length === 0) throw new Error(`PORTAGE_TEST_ELASTICSEARCH is 8 or 9, not ${wanted}`);
  return fitting;
}
