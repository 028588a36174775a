/**
 * The fields of connection logs, in CloudFront's order.
 *
 * Source: CloudFront Developer Guide, "Observability using connection logs".
 */
import type { FieldTable } from "../access/access-format.ts";
import { openSslName } from "../access/cipher-name.ts";
import type { ConnectionRecord } from "../connection-record.ts";

/** A connection, and the address that viewers connect to. */
export interface LoggedConnection {
  readonly record: ConnectionRecord;
  readonly serverIp: string;
}

const plain = {
  eventTimestamp: ({ record }) => new Date(record.startedAt).toISOString(),
  connectionId: ({ record }) => record.id,
  connectionStatus: ({ record }) => record.outcome,
  clientIp: ({ record }) => record.address,
  clientPort: ({ record }) => String(record.port),
  serverIp: ({ serverIp }) => serverIp,
  distributionId: ({ record }) => record.distributionId,
  distributionTenantId: ({ record }) => record.tenantId ?? "",
  tlsProtocol: ({ record }) => record.version,
  tlsCipher: ({ record }) => (record.cipher === "" ? "" : openSslName(record.cipher)),
  tlsHandshakeDuration: ({ record }) => String(record.handshakeMs ?? ""),
  clientLeafCertSerialNumber: ({ record }) => record.certificate?.serialNumber ?? "",
} as const satisfies FieldTable<LoggedConnection>["plain"];

const chosen = {
  tlsSni: ({ record }) => inLatin1(record.serverName ?? ""),
  clientLeafCertSubject: ({ record }) => inLatin1(record.certificate?.subject ?? ""),
  clientLeafCertIssuer: ({ record }) => inLatin1(record.certificate?.issuer ?? ""),
  clientLeafCertValidity: ({ record: { certificate } }) =>
    certificate === undefined
      ? ""
      : `NotBefore=${certificate.notBefore};NotAfter=${certificate.notAfter}`,
  connectionLogCustomData: ({ record }) => inLatin1(record.logData),
} as const satisfies FieldTable<LoggedConnection>["chosen"];

export const connectionFieldTable: FieldTable<LoggedConnection> = { plain, chosen };

export const connectionFields: readonly (keyof typeof plain | keyof typeof chosen)[] = [
  ...(["eventTimestamp", "connectionId", "connectionStatus", "clientIp", "clientPort"] as const),
  ...(["serverIp", "distributionId", "distributionTenantId", "tlsProtocol", "tlsCipher"] as const),
  ...(["tlsHandshakeDuration", "tlsSni", "clientLeafCertSerialNumber"] as const),
  ...(["clientLeafCertSubject", "clientLeafCertIssuer", "clientLeafCertValidity"] as const),
  "connectionLogCustomData",
];

/** As values of logs are encoded from. */
function inLatin1(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}
