import crypto from "crypto";
import cf from "cloudfront";

const store = cf.kvs();

async function handler(event) {
  const request = event.request;
  const authorization = request.headers.authorization;
  const claims = authorization ? await readToken(authorization.value) : null;
  if (!claims) {
    return { statusCode: 401, headers: { "www-authenticate": { value: "Bearer" } } };
  }
  request.headers["x-user"] = { value: String(claims.sub) };
  return request;
}

/** What the token claims, or null where it is not ours or its time is over. */
async function readToken(authorization) {
  const parts = authorization.replace(/^Bearer /, "").split(".");
  if (parts.length !== 3) return null;
  const secret = await store.get("jwt-secret");
  const signature = crypto
    .createHmac("sha256", secret)
    .update(parts[0] + "." + parts[1])
    .digest("base64url");
  if (!isSame(signature, parts[2])) return null;

  // Only what was signed with the secret is read.
  if (read(parts[0]).alg !== "HS256") return null;
  const claims = read(parts[1]);
  const seconds = Date.now() / 1000;
  if (!(claims.exp > seconds) || claims.nbf > seconds) return null;
  return claims;
}

function read(part) {
  return JSON.parse(Buffer.from(part, "base64url").toString());
}

/** Takes as long for a signature that is nearly right as for one that is not. */
function isSame(expected, given) {
  if (expected.length !== given.length) return false;
  let difference = 0;
  for (let i = 0; i < expected.length; i++) {
    difference |= expected.charCodeAt(i) ^ given.charCodeAt(i);
  }
  return difference === 0;
}
