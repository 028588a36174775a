import assert from "node:assert/strict";
import { test } from "node:test";
import { readCurlLine, type CurlRequest } from "./curl-request.ts";

const headers = ({ headers: lines }: CurlRequest): string[] => {
  const texts: string[] = [];
  for (let index = 0; index < lines.length; index += 2) {
    texts.push(`${lines[index]}: ${lines[index + 1]}`);
  }
  return texts;
};

test("a line as Chrome copies it is read", () => {
  const request = readCurlLine(
    String.raw`curl 'https://d1.cloudfront.localhost:8443/a%20b?x=1&y=2#top' \
  -H 'accept: text/html,*/*;q=0.8' \
  -b 'session=a b; theme="dark"' \
  -H $'x-odd: it\'s \u0041' \
  -H 'user-agent: Mozilla/5.0 (X11; Linux x86_64)' \
  --data-raw $'{"a":"\\n!"}' --compressed --insecure ;`.replace(" ;", ""),
  );
  assert.equal(request.method, "POST");
  assert.equal(request.target, "/a%20b?x=1&y=2");
  assert.equal(request.url.host, "d1.cloudfront.localhost:8443");
  assert.equal(request.insecure, true);
  assert.equal(request.body, String.raw`{"a":"\n!"}`);
  assert.deepEqual(headers(request), [
    "Host: d1.cloudfront.localhost:8443",
    "Accept-Encoding: gzip, deflate, br, zstd",
    "Content-Type: application/x-www-form-urlencoded",
    "Content-Length: 11",
    "accept: text/html,*/*;q=0.8",
    'Cookie: session=a b; theme="dark"',
    "x-odd: it's A",
    "user-agent: Mozilla/5.0 (X11; Linux x86_64)",
  ]);
});

const methods: readonly (readonly [line: string, method: string, target: string, body?: string])[] =
  [
    ["curl example.com", "GET", "/"],
    ["curl -I http://example.com/a/../b", "HEAD", "/a/../b"],
    ["curl -XPUT http://example.com/ -d a=1 -d b=2", "PUT", "/", "a=1&b=2"],
    ["curl -sSLX DELETE http://example.com/", "DELETE", "/"],
    ["curl -G http://example.com/?x=1 --data-urlencode 'q=a b&c'", "GET", "/?x=1&q=a%20b%26c"],
    ["curl --json '{}' http://example.com/", "POST", "/", "{}"],
    ["/usr/bin/curl -o /dev/null -w %{http_code} http://example.com/", "GET", "/"],
    ["curl --url http://example.com/é", "GET", "/%C3%A9"],
  ];

for (const [line, method, target, body] of methods) {
  test(`as curl would send it: ${line}`, () => {
    const request = readCurlLine(line);
    assert.deepEqual([request.method, request.target, request.body], [method, target, body]);
  });
}

test("what names a server, who asks and where to connect is taken over", () => {
  const request = readCurlLine(
    "curl -u me:word -A viewer -e http://a/ -H 'Host: www.example.com' -H 'Accept;' -r 0-9 --resolve www.example.com:80:127.0.0.2 http://www.example.com/",
  );
  assert.deepEqual(request.connectTo, { host: "127.0.0.2", port: 80 });
  assert.deepEqual(headers(request), [
    "Authorization: Basic bWU6d29yZA==",
    "User-Agent: viewer",
    "Referer: http://a/",
    "Host: www.example.com",
    "Range: bytes=0-9",
  ]);
});

const refused: Readonly<Record<string, RegExp>> = {
  "wget http://example.com/": /begins with curl, got "wget"/,
  "curl http://example.com/ | sh": /"\|", which only a shell understands/,
  "curl http://example.com/; rm x": /";", which only a shell/,
  "curl http://example.com/$(id)": /only a shell understands/,
  "curl `id`": /only a shell understands/,
  'curl "http://example.com/$HOME"': /only a shell understands/,
  "curl 'http://example.com/": /without its end/,
  'curl ^"http://example.com/^"': /cmd\.exe/,
  "curl -d @/etc/passwd http://example.com/": /reads a file, \/etc\/passwd/,
  "curl --data-urlencode x@/etc/passwd http://example.com/": /reads a file/,
  "curl -b cookies.txt http://example.com/": /is a file of cookies/,
  "curl -K config http://example.com/": /-K, which is not understood/,
  "curl -F a=@/etc/passwd http://example.com/": /-F, which is not understood/,
  "curl -x proxy http://example.com/": /-x, which is not understood/,
  "curl --http2 http://example.com/": /--http2, which is not understood/,
  "curl file:///etc/passwd": /no URL of http or https/,
  curl: /must have one URL, it has 0/,
  "curl http://a/ http://b/": /must have one URL, it has 2/,
  "curl http://a/ -H": /no value for --header/,
  "curl http://a/ -H $'a: b\\r\\nc: d'": /A header is written/,
};

for (const [line, message] of Object.entries(refused)) {
  test(`refused: ${line}`, () => {
    assert.throws(() => readCurlLine(line), message);
  });
}
