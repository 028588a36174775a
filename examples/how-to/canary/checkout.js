function handler(event) {
  const request = event.request;
  if (request.uri === "/checkout" || request.uri.startsWith("/checkout/")) {
    request.uri = "/checkout-2" + request.uri.slice("/checkout".length);
  }
  return request;
}
