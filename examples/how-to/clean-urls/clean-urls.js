function handler(event) {
  const request = event.request;
  const uri = request.uri;
  const lastPart = uri.slice(uri.lastIndexOf("/") + 1);
  if (lastPart.includes(".")) return request; // A file: /styles.css

  if (uri === "/app" || uri.startsWith("/app/")) {
    request.uri = "/app/index.html"; // The application finds its page by itself.
  } else {
    request.uri = uri.endsWith("/") ? uri + "index.html" : uri + "/index.html";
  }
  return request;
}
