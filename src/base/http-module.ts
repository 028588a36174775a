/**
 * node:http, as a module of Node's own loads it. An `import` of "node:http" reads all that it exports, among them `WebSocket`,
 * which brings undici: 30 ms of a core and 14 MB in each process, for a client that nobody here uses.
 */
import { getBuiltinModule } from "node:process";

export const { createServer, METHODS, request, STATUS_CODES } = getBuiltinModule("node:http");
