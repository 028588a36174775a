var moved = { "/old": "/new", "/contact.html": "/contact/" };

function handler(event) {
  var request = event.request;
  var target = moved[request.uri];
  if (target) {
    console.log("moved: " + request.uri);
    return {
      statusCode: 301,
      statusDescription: "Moved Permanently",
      headers: { location: { value: target } },
    };
  }
  if (request.uri.endsWith("/")) request.uri += "index.html";
  return request;
}
