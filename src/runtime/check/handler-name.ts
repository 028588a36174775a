/** By which name a function's code is called: that of requests by `handler`, that of connections by `connectionHandler`. */
export type FunctionKind = "request" | "connection";

interface Handler {
  readonly name: string;
  /** How one is written. */
  readonly shape: string;
}

export const handlers: Readonly<Record<FunctionKind, Handler>> = {
  request: { name: "handler", shape: "function handler(event) { … }" },
  connection: { name: "connectionHandler", shape: "function connectionHandler(connection) { … }" },
};

/** @returns of which kind a source is whose owner does not say: a connection's alone has no `handler` */
export function kindBy(names: ReadonlySet<string>): FunctionKind {
  const { connection, request } = handlers;
  return names.has(connection.name) && !names.has(request.name) ? "connection" : "request";
}
