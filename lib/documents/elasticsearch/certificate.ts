import { once } from "node:events";
import { isIP } from "node:net";
import { connect, type DetailedPeerCertificate } from "node:tls";
import { ServiceFailure } from "@/lib/failures";

const setting = "ELASTICSEARCH_CA_FILE";
/** For a look at the certificate of a server, once a request has failed. */
const patienceMs = 5000;

type Words = { what: string; next: string };
type Where = { endpoint: string; authority: string | null };
type Shown = { trouble: string; certificate: DetailedPeerCertificate };

/**
 * What is wrong with the certificate that the server shows, as the code that TLS has for it; `null`: nothing, or it shows none. Nothing is
 * sent to it. The client itself tells of such a failure in words alone.
 */
async function lookAt({ endpoint, authority }: Where): Promise<Shown | null> {
  const { protocol, hostname, port } = new URL(endpoint);
  if (protocol !== "https:") return null;
  const host = hostname.replace(/^\[|\]$/g, "");
  const socket = connect({
    host,
    port: Number(port || 443),
    rejectUnauthorized: false,
    ...(isIP(host) ? {} : { servername: host }),
    ...(authority === null ? {} : { ca: authority }),
  });
  try {
    await once(socket, "secureConnect", { signal: AbortSignal.timeout(patienceMs) });
    const certificate = socket.getPeerCertificate(true);
    const trouble: unknown = socket.authorizationError;
    return socket.authorized || !trouble ? null : { trouble: String(trouble), certificate };
  } catch {
    return null;
  } finally {
    socket.destroy();
  }
}

/** `DNS:a, IP Address:1.2.3.4` as a list of names. */
function namesOf({ subjectaltname, subject }: DetailedPeerCertificate): string {
  const names = (subjectaltname ?? "").split(", ").map((name) => name.replace(/^(DNS|IP Address):/, ""));
  const said = names.filter((name) => name !== "");
  return said.length > 0 ? said.join(", ") : String(subject.CN);
}

function wordsFor({ trouble, certificate }: Shown, { endpoint, authority }: Where): Words {
  const { hostname } = new URL(endpoint);
  if (trouble === "CERT_HAS_EXPIRED")
    return {
      what: `its certificate has expired (${new Date(certificate.valid_to).toISOString()})`,
      next: `Have the server's certificate renewed, and the file that ${setting} names where it is that certificate itself; if it isn't that old, check this machine's clock.`,
    };
  if (trouble === "CERT_NOT_YET_VALID")
    return {
      what: `its certificate isn't valid yet (${new Date(certificate.valid_from).toISOString()})`,
      next: `Check this machine's clock. ${setting} isn't the matter.`,
    };
  if (trouble === "ERR_TLS_CERT_ALTNAME_INVALID")
    return {
      what: `its certificate was made for ${namesOf(certificate)}, and ELASTICSEARCH_ENDPOINT says ${hostname}`,
      next: `Set ELASTICSEARCH_ENDPOINT to a name that the certificate holds, or have one made for ${hostname}. ${setting} isn't the matter: its authority is known.`,
    };
  const issuer = String(certificate.issuer?.CN ?? "an authority without a name");
  const file = "a PEM file; Elasticsearch makes one as config/certs/http_ca.crt";
  return authority === null
    ? {
        what: `its certificate isn't trusted: ${issuer}, which signed it, isn't an authority that this machine knows`,
        next: `Set ${setting} to that authority's certificate (${file}).`,
      }
    : {
        what: `its certificate isn't trusted: ${issuer}, which signed it, isn't the authority that ${setting} names`,
        next: `Set ${setting} to the certificate of the authority that signed it (${file}).`,
      };
}

/** Says of a failed connection what is wrong with the server's certificate, where that is why; any other failure as it is. */
export async function withCertificate(failure: ServiceFailure, where: Where): Promise<ServiceFailure> {
  if (failure.code !== "connection") return failure;
  const shown = await lookAt(where);
  if (shown === null) return failure;
  const { what, next } = wordsFor(shown, where);
  const { service, operation, cause } = failure;
  return new ServiceFailure({ code: "certificate", service, operation, message: what, next, cause });
}
