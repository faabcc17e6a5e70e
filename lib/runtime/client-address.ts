import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import proxyAddress from "proxy-addr";

/**
 * Where requests come from: the nearest address that isn't one of the proxies that are trusted. Of `X-Forwarded-For` only what those proxies
 * wrote themselves is believed, never what a client put there; what isn't an address counts as the proxy's.
 * @param trusted addresses and subnets; without any the header isn't read
 */
export function clientAddress(trusted: readonly string[]): (request: IncomingMessage) => string {
  const trusts = proxyAddress.compile([...trusted]);
  return (request) => {
    const peer = request.socket.remoteAddress ?? "";
    const found = trusted.length === 0 || peer === "" ? peer : proxyAddress(request, trusts);
    return isIP(found) === 0 ? peer : found;
  };
}
