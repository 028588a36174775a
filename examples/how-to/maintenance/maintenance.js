import cf from "cloudfront";

const store = cf.kvs();
const page = "<!doctype html><title>Back soon</title><h1>We are back in a few minutes.</h1>";

async function handler(event) {
  const allowed = await setting("maintenance"); // Not there: the site is open to all.
  if (allowed === null || allowed.split(" ").includes(event.viewer.ip)) return event.request;
  return {
    statusCode: 503,
    headers: {
      "content-type": { value: "text/html; charset=utf-8" },
      "cache-control": { value: "no-store" },
      "retry-after": { value: "300" },
    },
    body: page,
  };
}

async function setting(key) {
  try {
    return await store.get(key);
  } catch (error) {
    return null;
  }
}
