/**
 * A viewer's connection to a distribution that asks viewers for certificates, and how it began. One is made a connection and
 * told to whoever records connections; nobody here keeps it.
 *
 * Source: CloudFront Developer Guide, "Observability using connection logs".
 */
import type { ClientCertificate } from "../../certificates/client-certificate.ts";
import type { CertificateFault } from "../../certificates/verify-client.ts";

/** Why there is no connection. */
export type ConnectionFault =
  | CertificateFault
  | "ClientCertMissing"
  | "ConnectionFunctionDenied"
  | "ConnectionFunctionError"
  | "TcpError"
  | "TcpTimeout";

export interface ConnectionRecord {
  readonly id: string;
  readonly distributionId: string;
  /** Of a tenant of a multi-tenant distribution. */
  readonly tenantId: string | undefined;
  /** When the viewer connected, in milliseconds since the epoch. */
  readonly startedAt: number;
  readonly address: string;
  readonly port: number;
  /** The host that the handshake named. */
  readonly serverName: string | undefined;
  /** Like "TLSv1.3"; empty where the handshake failed. */
  readonly version: string;
  readonly cipher: string;
  /** From the connection's first bytes to the end of its handshake, in milliseconds; undefined where that failed. */
  readonly handshakeMs: number | undefined;
  /** What the viewer showed, where it was taken. */
  readonly certificate: ClientCertificate | undefined;
  readonly outcome: "Success" | `Failed:${ConnectionFault}`;
  /** What the connection function wants to be logged. */
  readonly logData: string;
  /** Its connection function's; undefined where none ran. */
  readonly run: LoggedConnectionRun | undefined;
}

export interface LoggedConnectionRun {
  readonly name: string;
  /** What it printed, an entry a call. */
  readonly logs: readonly string[];
  /** Why it failed; undefined where it did not. */
  readonly failure: string | undefined;
  /** Of its source, from 1 on: where it failed, as far as that is known. */
  readonly line: number | undefined;
}

export type ConnectionListener = (connection: ConnectionRecord) => void;
