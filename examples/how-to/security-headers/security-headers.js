const security = {
  "strict-transport-security": "max-age=63072000; includeSubDomains",
  "content-security-policy": "default-src 'self'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "strict-origin-when-cross-origin",
};

function handler(event) {
  const headers = event.response.headers;
  Object.keys(security).forEach((name) => {
    if (!headers[name]) headers[name] = { value: security[name] }; // The origin's own stays.
  });
  delete headers["x-powered-by"];
  return event.response;
}
