import { createServer } from "node:http";
import Provider from "oidc-provider";

type Someone = { sub: string; email: string; name: string; email_verified: boolean };

/** A provider of OpenID Connect at which `someone` is always signed in, as it says at the time: nobody types anything. */
export async function openTestProvider(someone: Someone) {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("There is no port");
  const issuer = `http://127.0.0.1:${address.port}`;
  const provider: Provider = new Provider(issuer, {
    clients: [
      {
        client_id: "portage",
        client_secret: "secret-of-portage",
        redirect_uris: ["http://127.0.0.1/"],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx: unknown, interaction: { uid: string }) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx: unknown, sub: string) => ({
      accountId: sub,
      claims: () => ({ ...someone, sub }),
    }),
    async loadExistingGrant({ oidc: { client, session } }) {
      const grant = new provider.Grant({ clientId: client?.clientId ?? "", accountId: session?.accountId ?? "" });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on("request", (request, response) => {
    if (!request.url?.startsWith("/interaction/")) return void answer(request, response);
    void provider.interactionFinished(request, response, { login: { accountId: someone.sub } });
  });
  return {
    issuer,
    /** Takes a client's way back, which is known once its server listens. */
    async allow(uri: string) {
      const client = await provider.Client.find("portage");
      if (client) Object.assign(client, { redirectUris: [uri] });
    },
    close: () => void server.close(),
  };
}
