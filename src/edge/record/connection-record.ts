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
  /** When the viewer connected, in milliseconds since the epoch. */
  readonly startedAt: number;
  readonly address: string;
  readonly port: number;
  /** The host that the handshake named. */
  readonly serverName: string | undefined;
  /** Like "TLSv1.3"; empty where the handshake failed. */
  readonly version: string;
  readonly cipher: string;
  /** What the viewer showed, where it was taken. */
  readonly certificate: ClientCertificate | undefined;
  readonly outcome: "Success" | `Failed:${ConnectionFault}`;
  /** What the connection function wants to be logged. */
  readonly logData: string;
}

export type ConnectionListener = (connection: ConnectionRecord) => void;
