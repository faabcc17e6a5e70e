import { describe, expect, it } from "vitest";
import { Secret } from "@/lib/secret";
import { accountOf, servedAt } from "./account";

const of = (apiKey: string, controllerHost: string | null = null, sandbox = false) => ({
  apiKey: new Secret(apiKey),
  controllerHost,
  sandbox,
});
const served = (host: string) => ({ name: "askdona", host });
const vendors = served("askdona-ab12cd3.svc.aped-4627-b74a.pinecone.io");

describe("which account an index belongs to", () => {
  it("is the project in the vendor's own host names, whichever of its keys asks", () => {
    expect(accountOf(vendors, of("first-key"))).toBe("project ab12cd3");
    expect(accountOf(vendors, of("rotated-key"))).toBe("project ab12cd3");
    expect(accountOf(served("askdona-zz99.svc.aped-4627-b74a.pinecone.io"), of("first-key"))).toBe("project zz99");
    expect(accountOf(served("https://askdona-ab12cd3.svc.us-east1-gcp.pinecone.io"), of("k"))).toBe("project ab12cd3");
  });

  it("is told by address and key elsewhere, and quotes neither key", () => {
    const local = served("http://127.0.0.1:5081/data/askdona");
    const [one, other] = [
      accountOf(local, of("first-key", "http://127.0.0.1:5081")),
      accountOf(local, of("second-key")),
    ];
    expect(one).toMatch(/^127\.0\.0\.1:5081, key [0-9a-f]{12}$/);
    expect(other).toMatch(/^api\.pinecone\.io, key [0-9a-f]{12}$/);
    expect(accountOf(local, of("second-key", "http://127.0.0.1:5081"))).not.toBe(one);
    expect(`${one}${other}`).not.toMatch(/first|second/);
    // A host that only looks like the vendor's tells nothing.
    expect(accountOf(served("askdona-ab12cd3.svc.x.pinecone.io.example.com"), of("k"))).toMatch(
      /^api\.pinecone\.io, key/,
    );
  });

  it("is one in the sandbox, whose ports are others after each start", () => {
    expect(accountOf(served("http://127.0.0.1:1/data/askdona"), of("k", "http://127.0.0.1:1", true))).toBe(
      "the sandbox",
    );
    expect(servedAt("http://127.0.0.1:4123/data/askdona", true)).toBe("http://127.0.0.1/data/askdona");
    expect(servedAt("http://127.0.0.1:4123/data/askdona", false)).toBe("http://127.0.0.1:4123/data/askdona");
  });
});
