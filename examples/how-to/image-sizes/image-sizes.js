const widths = [320, 640, 1280, 1920]; // Those that the origin has.

function handler(event) {
  const request = event.request;
  const name = /^\/images\/([\w-]+)\.jpg$/.exec(request.uri);
  if (!name) return request;

  const asked = request.querystring.width ? Number(request.querystring.width.value) : 0;
  const fitting = widths.filter((width) => width >= asked);
  const width = fitting.length > 0 && asked > 0 ? fitting[0] : widths[widths.length - 1];
  const accept = request.headers.accept ? request.headers.accept.value : "";
  const format = accept.includes("image/webp") ? "webp" : "jpg";

  request.uri = "/images/" + name[1] + "-" + width + "." + format;
  request.querystring = {};
  return request;
}
