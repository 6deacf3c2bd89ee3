// An OpenID provider with whatever accounts are asked for: the name before the sign-in is the
// account, and one that begins with "unverified" has an address nobody has verified.
import { createServer } from "node:http";

import Provider from "oidc-provider";

const [port, secret, ...back] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "kervan",
      client_secret: secret,
      redirect_uris: back,
      grant_types: ["authorization_code"],
      response_types: ["code"],
    },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  cookies: { keys: ["a key for cookies of tests"] },
  findAccount: (ctx, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      name: id,
      email: `${id.replace("unverified-", "")}@shop.test`,
      email_verified: !id.startsWith("unverified-"),
    }),
  }),
});

createServer(provider.callback()).listen(Number(port), "127.0.0.1", () => {
  console.log("ready");
});
