/**
 * The functions whose cost is compared with njs's, all on one event. They hold what real ones do:
 * rewrites, redirects, header work, cookies, loops, tables, JSON, hashes, regular expressions.
 */
export const event = JSON.stringify({
  version: "1.0",
  context: {
    distributionDomainName: "d111111abcdef8.cloudfront.net",
    distributionId: "EDFDVBD6EXAMPLE",
    eventType: "viewer-request",
    requestId: "4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ==",
  },
  viewer: { ip: "198.51.100.7" },
  request: {
    method: "GET",
    uri: "/docs/2026/getting-started/",
    querystring: { b: { value: "2" }, a: { value: "1" }, utm_source: { value: "mail" } },
    headers: {
      host: { value: "www.example.com" },
      "user-agent": { value: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0" },
      accept: { value: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" },
      "accept-language": { value: "de-DE,de;q=0.9,en;q=0.8" },
      "cloudfront-viewer-country": { value: "DE" },
    },
    cookies: { session: { value: "abcdef0123456789" }, theme: { value: "dark" } },
  },
});

const handler = (body: string): string =>
  `function handler(event) { var request = event.request; var headers = request.headers; ${body} return request; }`;

export const functions: Readonly<Record<string, string>> = {
  "pass through": handler(""),
  "index.html": handler(
    "if (request.uri.endsWith('/')) { request.uri += 'index.html'; } else if (!request.uri.includes('.')) { request.uri += '/index.html'; }",
  ),
  "client ip header": handler("headers['true-client-ip'] = { value: event.viewer.ip };"),
  "security headers": handler(
    "headers['strict-transport-security'] = { value: 'max-age=63072000; includeSubdomains; preload' }; headers['content-security-policy'] = { value: \"default-src 'none'; img-src 'self'\" }; headers['x-content-type-options'] = { value: 'nosniff' }; headers['x-frame-options'] = { value: 'DENY' }; headers['x-xss-protection'] = { value: '1; mode=block' };",
  ),
  "country redirect":
    "function handler(event) { var request = event.request; var country = request.headers['cloudfront-viewer-country']; if (country && country.value === 'DE') { return { statusCode: 302, statusDescription: 'Found', headers: { location: { value: 'https://' + request.headers.host.value + '/de/index.html' } } }; } return request; }",
  "sorted query": handler(
    "var qs = []; for (var key in request.querystring) { if (request.querystring[key].multiValue) { request.querystring[key].multiValue.forEach(function (mv) { qs.push(key + '=' + mv.value) }); } else { qs.push(key + '=' + request.querystring[key].value); } } request.querystring = qs.sort().join('&');",
  ),
  "drop utm": handler(
    "Object.keys(request.querystring).forEach(function (k) { if (k.indexOf('utm_') === 0) delete request.querystring[k]; });",
  ),
  "cookie a/b": handler(
    "var c = request.cookies.variant; var v = c ? c.value : (Math.random() < 0.5 ? 'a' : 'b'); request.uri = '/' + v + request.uri; headers['x-variant'] = { value: v };",
  ),
  "basic auth":
    "function handler(event) { var want = 'Basic dXNlcjpwYXNz'; var a = event.request.headers.authorization; if (!a || a.value !== want) { return { statusCode: 401, statusDescription: 'Unauthorized', headers: { 'www-authenticate': { value: 'Basic' } } }; } return event.request; }",
  "redirect table":
    "var table = { '/old': '/new', '/a': '/b', '/docs/2025/': '/docs/2026/', '/x': '/y', '/z': '/zz' }; function handler(event) { var to = table[event.request.uri]; if (to) { return { statusCode: 301, headers: { location: { value: to } } }; } return event.request; }",
  "prefix table":
    "var prefixes = ['/api/', '/static/', '/images/', '/docs/', '/blog/']; function handler(event) { for (var i = 0; i < prefixes.length; i++) { if (event.request.uri.startsWith(prefixes[i])) { event.request.headers['x-section'] = { value: prefixes[i].slice(1, -1) }; break; } } return event.request; }",
  "lower-case uri": handler("request.uri = request.uri.toLowerCase();"),
  "regexp test": handler(
    "if (/^\\/docs\\/(\\d{4})\\//.test(request.uri)) { headers['x-docs'] = { value: 'yes' }; }",
  ),
  "regexp replace": handler(
    "request.uri = request.uri.replace(/^\\/docs\\/(\\d{4})\\/(.*)$/, '/$2/$1');",
  ),
  "regexp global": handler("request.uri = request.uri.replace(/[aeiou]/g, '_');"),
  "regexp exec": handler(
    "var m = /(\\d+)/.exec(request.uri); if (m) headers['x-year'] = { value: m[1] };",
  ),
  "regexp match all": handler(
    "var m = request.uri.match(/[a-z]+/g); headers['x-words'] = { value: String(m.length) };",
  ),
  language: handler(
    "var l = headers['accept-language'].value.split(',').map(function (p) { var q = p.trim().split(';q='); return { tag: q[0], q: q[1] ? Number(q[1]) : 1 }; }).sort(function (a, b) { return b.q - a.q })[0].tag; headers['x-language'] = { value: l };",
  ),
  "user agent": handler(
    "var ua = headers['user-agent'].value.toLowerCase(); var mobile = ua.indexOf('mobile') >= 0 || ua.indexOf('android') >= 0 || ua.indexOf('iphone') >= 0; headers['x-device'] = { value: mobile ? 'mobile' : 'desktop' };",
  ),
  "split path": handler(
    "var parts = request.uri.split('/').filter(function (p) { return p !== '' }); request.uri = '/' + parts.reverse().join('/');",
  ),
  "reduce path": handler(
    "headers['x-length'] = { value: String(request.uri.split('').reduce(function (n, c) { return n + c.charCodeAt(0) }, 0)) };",
  ),
  "hash 100": handler(
    "var h = 0; for (var i = 0; i < request.uri.length; i++) { h = (h * 31 + request.uri.charCodeAt(i)) | 0; } headers['x-hash'] = { value: String(h) };",
  ),
  "empty loop 100": handler("for (var i = 0; i < 100; i++) {}"),
  "empty loop 1000": handler("for (var i = 0; i < 1000; i++) {}"),
  "sum loop 500": handler(
    "var n = 0; for (var i = 0; i < 500; i++) { n += i * 2 - 1; } headers.n = { value: String(n) };",
  ),
  "while loop 300": handler("var n = 300; while (n > 0) { n = n - 1; }"),
  "nested loops": handler(
    "var n = 0; for (var i = 0; i < 20; i++) { for (var j = 0; j < 20; j++) { if ((i + j) % 3 === 0) { n++; } } }",
  ),
  "fibonacci 12":
    "function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); } function handler(event) { event.request.headers.f = { value: String(fib(12)) }; return event.request; }",
  closures: handler(
    "var fs = []; for (var i = 0; i < 50; i++) { fs.push((function (k) { return function () { return k; }; })(i)); } var n = 0; fs.forEach(function (f) { n += f(); });",
  ),
  "arrow map": handler(
    "var a = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(x => x * x).filter(x => x % 2 === 0); headers.a = { value: a.join() };",
  ),
  "object build": handler(
    "var o = {}; for (var i = 0; i < 50; i++) { o['key' + i] = i; } headers.o = { value: String(Object.keys(o).length) };",
  ),
  "array push": handler(
    "var a = []; for (var i = 0; i < 100; i++) { a.push(i); } headers.a = { value: String(a.length) };",
  ),
  "array sort": handler(
    "var a = []; for (var i = 0; i < 40; i++) { a.push((i * 7919) % 101); } a.sort(function (x, y) { return x - y; }); headers.a = { value: String(a[0]) };",
  ),
  "string build": handler(
    "var s = ''; for (var i = 0; i < 100; i++) { s += 'ab'; } headers.s = { value: s };",
  ),
  "template build": handler(
    "var s = ''; for (var i = 0; i < 30; i++) { s = `${s}${i},`; } headers.s = { value: s };",
  ),
  "json stringify": handler("headers['x-json'] = { value: JSON.stringify(headers) };"),
  "json parse": handler(
    'var o = JSON.parse(\'{"a":[1,2,3,{"b":"text"}],"c":{"d":true,"e":null}}\'); headers.c = { value: String(o.a.length) };',
  ),
  "json both": handler(
    "var o = JSON.parse(JSON.stringify(request)); headers.u = { value: o.uri };",
  ),
  "encode uri": handler(
    "headers.location = { value: encodeURIComponent('https://www.example.com' + request.uri + '?ä=1') };",
  ),
  "decode uri": handler("request.uri = decodeURIComponent('/caf%C3%A9/%E5%AE%B6/menu');"),
  switch: handler(
    "var t; switch (request.uri.slice(-4)) { case '.css': t = 'text/css'; break; case '.png': t = 'image/png'; break; case 'ted/': t = 'text/html'; break; default: t = 'other'; } headers.t = { value: t };",
  ),
  "try and throw": handler(
    "for (var i = 0; i < 10; i++) { try { if (i % 2) throw new Error('odd'); } catch (e) { headers.e = { value: e.message }; } }",
  ),
  "property reads": handler(
    "var n = 0; for (var i = 0; i < 100; i++) { n += event.request.headers.host.value.length; }",
  ),
  "method calls":
    "var o = { n: 0, add: function (k) { this.n += k; return this; } }; function handler(event) { for (var i = 0; i < 60; i++) { o.add(i); } event.request.headers.n = { value: String(o.n) }; return event.request; }",
  date: handler("headers['x-date'] = { value: new Date(1767225600000).toISOString() };"),
  "number work": handler(
    "var n = 0; for (var i = 1; i < 60; i++) { n += Math.floor(Math.sqrt(i) * 10) / parseInt('7', 10); } headers.n = { value: n.toFixed(2) };",
  ),
  sha256: handler(
    "headers.h = { value: require('crypto').createHash('sha256').update(request.uri).digest('hex') };",
  ),
  hmac: handler(
    "headers.h = { value: require('crypto').createHmac('sha256', 'secret-key').update(request.uri + headers.host.value).digest('base64url') };",
  ),
  "md5 of 1 KB": handler(
    "headers.h = { value: require('crypto').createHash('md5').update('x'.repeat(1024)).digest('hex') };",
  ),
  "query module": handler(
    "var q = require('querystring').parse('a=1&b=2&c=%20d&e=f'); headers.q = { value: require('querystring').stringify(q) };",
  ),
  jwt: "var crypto = require('crypto'); function handler(event) { var token = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4iLCJleHAiOjI1MTYyMzkwMjJ9.c2lnbmF0dXJl'; var parts = token.split('.'); var payload = JSON.parse(Buffer.from(parts[1], 'base64url')); var sign = crypto.createHmac('sha256', 'secret').update(parts[0] + '.' + parts[1]).digest('base64url'); if (sign !== parts[2] || payload.exp < 1767225600) { return { statusCode: 401, statusDescription: 'Unauthorized' }; } return event.request; }",
  "buffer work": handler(
    "var b = Buffer.from(request.uri); headers.b = { value: b.toString('hex') + Buffer.concat([b, Buffer.from('x')]).toString('base64') };",
  ),
  "ip range": handler(
    "var ip = event.viewer.ip.split('.').reduce(function (n, p) { return n * 256 + Number(p); }, 0); var from = 3325256704, to = 3325256959; if (ip >= from && ip <= to) { headers['x-inside'] = { value: '1' }; }",
  ),
  "header copy": handler(
    "var copy = {}; for (var name in headers) { copy[name] = { value: headers[name].value }; } request.headers = copy;",
  ),
};
