import cf from "cloudfront";

const moved = cf.kvs();

async function handler(event) {
  const request = event.request;
  let entry;
  try {
    entry = await moved.get(request.uri);
  } catch (error) {
    return request; // The store has no such key.
  }
  // "/new", or "302 /new" for what is moved for a while.
  const words = entry.split(" ");
  const status = words.length === 2 ? Number(words[0]) : 301;
  return { statusCode: status, headers: { location: { value: words[words.length - 1] } } };
}
