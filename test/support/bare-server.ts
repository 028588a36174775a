/**
 * A server that does as little as one can on Node's sockets: finds where a request's head ends, and writes an
 * answer that never changes. What the edge costs is compared with it, in a process of its own; it prints its port.
 */
import { createServer, type AddressInfo } from "node:net";

const answer = Buffer.from(
  "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: https://www.example.com/new/page\r\n\r\n",
);
const headEnd = "\r\n\r\n";

const server = createServer({ noDelay: true }, (socket) => {
  let rest = "";
  socket.on("error", () => {});
  socket.on("data", (chunk) => {
    rest += chunk.toString("latin1");
    for (let end = rest.indexOf(headEnd); end >= 0; end = rest.indexOf(headEnd)) {
      rest = rest.slice(end + headEnd.length);
      socket.write(answer);
    }
  });
});
server.listen(0, "127.0.0.1", () => {
  console.log((server.address() as AddressInfo).port);
});
process.once("disconnect", () => process.exit(0));
