function handler(event) {
  const request = event.request;
  const cookie = request.cookies.variant;
  const known = cookie && (cookie.value === "a" || cookie.value === "b");
  const variant = known ? cookie.value : Math.random() < 0.5 ? "a" : "b";

  request.cookies.variant = { value: variant };
  if (variant === "b") request.uri = "/b" + request.uri;
  return request;
}
