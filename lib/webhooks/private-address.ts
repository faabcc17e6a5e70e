import { lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/**
 * Addresses that aren't of the open Internet: of this machine, of a local network, of a cloud's metadata service. A webhook that leads there could be used to
 * reach what only Portage can. IANA's special-purpose registries (RFC 6890 and its updates).
 */
const closed = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
] as const)
  closed.addSubnet(network, bits, "ipv4");
for (const [network, bits] of [
  ["::", 127],
  ["64:ff9b:1::", 48],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const)
  closed.addSubnet(network, bits, "ipv6");

/** Whether an IP address isn't of the open Internet; IPv4 that is written as IPv6, or reached through it (NAT64, 6to4), counts as what it is. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  if (closed.check(address, family === 6 ? "ipv6" : "ipv4")) return true;
  const within = family === 6 ? embeddedIn(address) : null;
  return within !== null && closed.check(within, "ipv4");
}

const nat64 = new BlockList();
nat64.addSubnet("64:ff9b::", 96, "ipv6");
const sixToFour = new BlockList();
sixToFour.addSubnet("2002::", 16, "ipv6");

/** The IPv4 address within one of NAT64 (RFC 6052, the last 32 bits) or 6to4 (RFC 3056, behind the first 16); `null` in any other. */
function embeddedIn(address: string): string | null {
  const at = nat64.check(address, "ipv6") ? 6 : sixToFour.check(address, "ipv6") ? 1 : null;
  if (at === null) return null;
  // A URL writes the address out in one way: no IPv4 at its end, and one `::` at most.
  const [head = "", tail] = new URL(`http://[${address.split("%")[0]}]/`).hostname.slice(1, -1).split("::");
  const parts = (text: string) => (text === "" ? [] : text.split(":"));
  const [before, after] = [parts(head), parts(tail ?? "")];
  const groups = [...before, ...Array(8 - before.length - after.length).fill("0"), ...after];
  const [high, low] = [groups[at], groups[at + 1]].map((group) => Number.parseInt(String(group), 16));
  return [(high ?? 0) >> 8, (high ?? 0) & 255, (low ?? 0) >> 8, (low ?? 0) & 255].join(".");
}

/** The host of an address as an IP address, where it is one. */
export function literalAddress({ hostname }: URL): string | null {
  const bare = hostname.replace(/^\[(.*)\]$/, "$1");
  return isIP(bare) === 0 ? null : bare;
}

export const privateCode = "PRIVATE_ADDRESS";

/** Looks a name up for a connection, and refuses it where any of its addresses is private: checked where it counts, after the name was resolved. */
export const lookupPublic: LookupFunction = (hostname, options, done) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    if (error) return done(error, "");
    if (found.length === 0 || found.some(({ address }) => isPrivateAddress(address)))
      return done(Object.assign(new Error("A private address"), { code: privateCode }), "");
    const [first] = found;
    if (options.all) done(null, found);
    else done(null, first?.address ?? "", first?.family);
  });
};
