// Footlight and CloudFront
function handler(event) {
  const request = event.request;
  if (request.uri === "/old") {
    const page = request.querystring.page;
    const target = "/new" + (page ? "?page=" + page.value : "");
    return { statusCode: 301, headers: { location: { value: target } } };
  }
  return request;
}
