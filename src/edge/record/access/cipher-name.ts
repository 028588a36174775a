/** The name that OpenSSL has for a cipher suite, which is how CloudFront's logs name it. */

const known = new Map<string, string>();
/** There are some thirty that viewers can get. */
const knownMax = 200;

/** @param name in IANA's registry, like `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`; those of TLS 1.3 are the same */
export function openSslName(name: string): string {
  let found = known.get(name);
  if (found === undefined) {
    found = translate(name);
    if (known.size < knownMax) known.set(name, found);
  }
  return found;
}

function translate(name: string): string {
  const [, exchange, cipher = ""] = /^TLS_(.+)_WITH_(.+)$/.exec(name) ?? [];
  if (exchange === undefined) return name;
  const short = cipher
    .replace(/^AES_(\d+)_CBC_/, "AES$1_")
    .replace(/^AES_(\d+)_/, "AES$1_")
    .replace(/^3DES_EDE_CBC_/, "DES_CBC3_")
    .replace(/^CHACHA20_POLY1305_SHA256$/, "CHACHA20_POLY1305");
  // The exchange by RSA keys goes without saying.
  return `${exchange === "RSA" ? "" : `${exchange}_`}${short}`.replaceAll("_", "-");
}
