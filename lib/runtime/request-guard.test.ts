import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkRequest } from "./request-guard";

const check = (headers: Record<string, string>, method = "GET", port = 3000, url = "/") =>
  checkRequest({ method, headers, url }, port)?.code ?? "let in";

describe("the guard", () => {
  it.each(["127.0.0.1:3000", "localhost:3000", "LOCALHOST:3000", "[::1]:3000"])("lets %s in", (host) => {
    expect(check({ host })).toBe("let in");
    expect(check({ host, origin: `http://${host}` }, "POST")).toBe("let in");
  });

  it.each([
    "evil.example",
    "evil.example:3000",
    "127.0.0.1:3001",
    "127.0.0.1",
    "127.0.0.1.evil.example:3000",
    "localhost.:3000",
    "",
  ])("turns the host %j away", (host) => {
    expect(check({ host })).toBe("foreign-host");
  });

  it("turns a request without a host away", () => {
    expect(check({})).toBe("foreign-host");
  });

  it("takes a host without a port for port 80 only", () => {
    expect(check({ host: "localhost" }, "GET", 80)).toBe("let in");
    expect(check({ host: "localhost:80" }, "GET", 80)).toBe("let in");
  });

  it.each(["http://evil.example", "https://127.0.0.1:3000", "http://127.0.0.1:3001", "null", ""])(
    "turns the origin %j away, whatever the method",
    (origin) => {
      for (const method of ["GET", "POST", "OPTIONS"]) {
        expect(check({ host: "127.0.0.1:3000", origin }, method)).toBe("foreign-origin");
      }
    },
  );

  it("lets a link to a page through, and no image, script, form or frame of another site", () => {
    const host = "127.0.0.1:3000";
    const link = { host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
    expect(check(link)).toBe("let in");
    expect(check(link, "GET", 3000, "/runs/x?state=failed")).toBe("let in");
    for (const api of ["/api/v1/backup", "//api/v1/doctor", "/API/v1/doctor"])
      expect(check(link, "GET", 3000, api)).toBe("foreign-site");
    const back = "/api/auth/callback/oidc";
    expect(check(link, "GET", 3000, `${back}?code=a&state=b`)).toBe("let in");
    for (const other of [`${back}/x`, "/api/auth/callback/oidc2", "/api/auth/sign-out", `/${back}`])
      expect(check(link, "GET", 3000, other)).toBe("foreign-site");
    expect(check({ ...link, "sec-fetch-dest": "iframe" }, "GET", 3000, back)).toBe("foreign-site");
    expect(check(link, "POST", 3000, back)).toBe("foreign-site");
    expect(check(link, "POST")).toBe("foreign-site");
    expect(check({ ...link, "sec-fetch-dest": "iframe" })).toBe("foreign-site");
    expect(check({ host, "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors" })).toBe("foreign-site");
    expect(check({ host, "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors" })).toBe("let in");
    expect(check({ host, "sec-fetch-site": "none", "sec-fetch-mode": "navigate" })).toBe("let in");
    for (const path of ["/runs/%00", "/api/v1/runs/%00/events", "/runs/a%00b?x=1"])
      expect(check({ host }, "GET", 3000, path)).toBe("no-such-page");
  });

  it("knows one name more where browsers reach it by one, and tells a probe of health whatever name it uses", () => {
    const site = "https://portage.example.org";
    const reached = (headers: Record<string, string>, url = "/") =>
      checkRequest({ method: "GET", url, headers }, 3000, site)?.code ?? "let in";
    expect(reached({ host: "portage.example.org", origin: site })).toBe("let in");
    expect(reached({ host: "127.0.0.1:3000" })).toBe("let in");
    expect(reached({ host: "portage.example.org", origin: "http://portage.example.org" })).toBe("foreign-origin");
    expect(reached({ host: "evil.example.org" })).toBe("foreign-host");
    expect(reached({ host: "10.0.0.7:3000" }, "/api/health/ready")).toBe("let in");
    expect(reached({ host: "10.0.0.7:3000", origin: "http://evil.example.org" }, "/api/health/ready")).toBe(
      "foreign-host",
    );
  });

  it("lets no host in but the loopback names at its own port", () => {
    const known = ["127.0.0.1:3000", "localhost:3000", "[::1]:3000"];
    const hosts = fc.oneof(fc.string(), fc.webAuthority({ withPort: true }), fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(hosts, (host) => {
        fc.pre(!known.includes(host.toLowerCase()));
        expect(check({ host })).toBe("foreign-host");
      }),
    );
  });
});
