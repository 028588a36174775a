function handler(event) {
  const chosen = event.request.cookies.variant;
  if (chosen) {
    event.response.cookies.variant = {
      value: chosen.value,
      attributes: "Path=/; Max-Age=2592000; Secure; SameSite=Lax",
    };
  }
  return event.response;
}
