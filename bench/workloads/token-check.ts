import { createHmac } from "node:crypto";
import type { Workload } from "./workload.ts";

const secret = "a secret of thirty-two characters";
/** In 2100: the function must look at the clock, and find it valid. */
const expires = 4_102_444_800;

export const tokenCheck: Workload = {
  row: "g-token",
  title: "a JSON web token's HS256 signature, checked with its time; 200 viewers",
  target: "≥ 2 × nginx + njs",
  sites: [
    `const crypto = require('crypto');
function isSame(a, b) {
  if (a.length !== b.length) { return false; }
  var difference = 0;
  for (var i = 0; i < a.length; i++) { difference |= a.charCodeAt(i) ^ b.charCodeAt(i); }
  return difference === 0;
}
function decode(part) { return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')); }
function refuse() { return { statusCode: 401, statusDescription: 'Unauthorized' }; }
function handler(event) {
  var header = event.request.headers.authorization;
  var parts = header === undefined ? [] : header.value.slice('Bearer '.length).split('.');
  if (parts.length !== 3 || decode(parts[0]).alg !== 'HS256') { return refuse(); }
  var signature = crypto.createHmac('sha256', '${secret}').update(parts[0] + '.' + parts[1]).digest('base64url');
  if (!isSame(signature, parts[2])) { return refuse(); }
  var payload = decode(parts[1]);
  if (Date.now() > payload.exp * 1000) { return refuse(); }
  return {
    statusCode: 302,
    statusDescription: 'Found',
    headers: { location: { value: 'https://www.example.com/home/' + payload.sub } },
  };
}`,
  ],
  asked: Array.from({ length: 200 }, (_, viewer) => ({
    site: 0,
    path: "/account",
    headers: { Authorization: `Bearer ${tokenOf(`viewer-${viewer}`)}` },
    expected: { status: 302, location: `https://www.example.com/home/viewer-${viewer}` },
  })),
  reachesOrigin: false,
  caveats: [
    "workerd and Node have OpenSSL's and BoringSSL's HMAC as node:crypto; they could do without the comparison by hand",
  ],
};

function tokenOf(subject: string): string {
  const text = [
    { alg: "HS256", typ: "JWT" },
    { sub: subject, iss: "https://www.example.com/", exp: expires },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}
