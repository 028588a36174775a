/** What a new function may begin as. */

export interface Template {
  readonly id: string;
  readonly name: string;
  readonly what: string;
  readonly source: string;
}

export const templates: readonly Template[] = [
  {
    id: "answer",
    name: "Answer at the edge",
    what: "A page without an origin",
    source: `function handler(event) {
  return {
    statusCode: 200,
    statusDescription: 'OK',
    headers: { 'content-type': { value: 'text/html; charset=utf-8' } },
    body: '<h1>Hello from the edge</h1>',
  };
}
`,
  },
  {
    id: "redirect",
    name: "Redirect",
    what: "Send viewers of old paths to new ones",
    source: `var moved = {
  '/old': '/new',
};

function handler(event) {
  var request = event.request;
  var target = moved[request.uri];
  if (target === undefined) {
    return request;
  }
  return {
    statusCode: 301,
    statusDescription: 'Moved Permanently',
    headers: { location: { value: target } },
  };
}
`,
  },
  {
    id: "rewrite",
    name: "Rewrite a path",
    what: "Ask the origin for another path than the viewer did",
    source: `function handler(event) {
  var request = event.request;
  if (request.uri.endsWith('/')) {
    request.uri += 'index.html';
  }
  return request;
}
`,
  },
  {
    id: "headers",
    name: "Security headers",
    what: "Add headers to each response (viewer response)",
    source: `function handler(event) {
  var response = event.response;
  var headers = response.headers;
  headers['strict-transport-security'] = { value: 'max-age=63072000; includeSubDomains' };
  headers['x-content-type-options'] = { value: 'nosniff' };
  headers['referrer-policy'] = { value: 'same-origin' };
  return response;
}
`,
  },
  {
    id: "store",
    name: "Look up a key",
    what: "Read a key value store on each request",
    source: `import cf from 'cloudfront';

async function handler(event) {
  var request = event.request;
  try {
    request.uri = await cf.kvs().get(request.uri);
  } catch (error) {
    console.log('no such key: ' + request.uri);
  }
  return request;
}
`,
  },
];
