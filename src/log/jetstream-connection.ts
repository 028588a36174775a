/** Connects to NATS, for good: a connection that breaks is made again for as long as it takes. */
import { readFileSync } from "node:fs";
import {
  credsAuthenticator,
  nkeyAuthenticator,
  type Authenticator,
  type NatsConnection,
  type NodeConnectionOptions,
} from "@nats-io/transport-node";
import { readJetStreamAddress } from "./jetstream-address.ts";
import { inWords } from "./jetstream-error.ts";
import type { JetStreamOptions } from "./jetstream-options.ts";
import { connectByTransport } from "./nats-transport.ts";

const connectTimeoutMs = 5000;
const reconnectWaitMs = 250;
/** A server that a cable was pulled out of says nothing: two of these without an answer are its end. */
const pingEveryMs = 5000;

export interface NatsRoute {
  readonly connection: NatsConnection;
  /** Goes on with another server than the one that is connected to, where one is known. */
  readonly leaveServer: () => void;
}

/** @throws when no server answers, or lets this user in; in words, without the password */
export async function connectToNats(
  address: string,
  options: JetStreamOptions,
): Promise<NatsRoute> {
  const { servers, login } = readJetStreamAddress(address);
  let leaving: string | undefined;
  try {
    const connection = await connectByTransport({
      servers: [...servers],
      name: "footlight",
      timeout: connectTimeoutMs,
      maxReconnectAttempts: -1,
      // Whose password was changed is let in again once the server, or the file of credentials, says so.
      ignoreAuthErrorAbort: true,
      reconnectTimeWait: reconnectWaitMs,
      pingInterval: pingEveryMs,
      // Each request would note where it came from, for an error that it may never have.
      noAsyncTraces: true,
      reconnectToServer: ([next, another]) => {
        const isToBeLeft = next !== undefined && next.listen === leaving;
        leaving = undefined;
        return isToBeLeft && another !== undefined ? another : null;
      },
      ...loginOf(login),
      ...authenticatorOf(options.credentials),
      ...tlsOf(options),
    });
    const leaveServer = (): void => {
      leaving = connection.getServer();
      void connection.reconnect();
    };
    return { connection, leaveServer };
  } catch (error) {
    throw new Error(
      `Cannot reach the change log at nats://${servers.join(",")}: ${inWords(error)}`,
      { cause: error },
    );
  }
}

function loginOf(
  login: ReturnType<typeof readJetStreamAddress>["login"],
): Partial<NodeConnectionOptions> {
  if (login === undefined) return {};
  return "token" in login ? login : { user: login.user, pass: login.password };
}

function authenticatorOf(file: string): Partial<NodeConnectionOptions> {
  if (file === "") return {};
  let known = authenticatorFrom(readFileSync(file));
  return {
    authenticator: (nonce) => {
      try {
        // At each connecting anew: credentials expire, and others take their place in the file.
        const found = authenticatorFrom(readFileSync(file));
        const login = found(nonce);
        known = found;
        return login;
      } catch {
        // It is just being replaced.
        return known(nonce);
      }
    },
  };
}

function authenticatorFrom(content: Buffer): Authenticator {
  const text = content.toString("latin1").trim();
  // A seed stands alone; what nsc writes has both in a frame of dashes.
  return /^SU[A-Z2-7]{56}$/.test(text)
    ? nkeyAuthenticator(new TextEncoder().encode(text))
    : credsAuthenticator(content);
}

/** Without any of these, TLS is spoken where the server asks for it, and the system's authorities count. */
function tlsOf({ ca, certificate, key }: JetStreamOptions): Partial<NodeConnectionOptions> {
  if (ca === "" && certificate === "" && key === "") return {};
  return {
    tls: {
      ...(ca === "" ? {} : { caFile: ca }),
      ...(certificate === "" ? {} : { certFile: certificate }),
      ...(key === "" ? {} : { keyFile: key }),
    },
  };
}
