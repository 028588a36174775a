/** A service by gRPC behind the edge, with clients and server of grpc-js: what it is sent is echoed in each of the four ways. */
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import * as grpc from "@grpc/grpc-js";
import type { TestContext } from "node:test";
import { certificate, privateKey } from "../edge/origin-certificate.ts";
import { domainName, type SceneOptions } from "../edge/viewer-scene.ts";
import { root, startSecureScene, type SecureScene } from "../tls/secure-scene.ts";

const asIs = (bytes: Buffer): Buffer => bytes;
const method = (name: string, requestStream: boolean, responseStream: boolean) => ({
  path: `/test.Echo/${name}`,
  requestStream,
  responseStream,
  requestSerialize: asIs,
  requestDeserialize: asIs,
  responseSerialize: asIs,
  responseDeserialize: asIs,
});

const service = {
  /** Gives back what it is given. */
  unary: method("Unary", false, false),
  /** As many times as the message's text says. */
  repeat: method("Repeat", false, true),
  /** All that it was given, as one. */
  join: method("Join", true, false),
  /** Each message at once. */
  converse: method("Converse", true, true),
} satisfies grpc.ServiceDefinition;

export interface EchoClient extends grpc.Client {
  unary(
    message: Buffer,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    done: grpc.requestCallback<Buffer>,
  ): grpc.ClientUnaryCall;
  repeat(message: Buffer): grpc.ClientReadableStream<Buffer>;
  join(done: grpc.requestCallback<Buffer>): grpc.ClientWritableStream<Buffer>;
  converse(metadata?: grpc.Metadata): grpc.ClientDuplexStream<Buffer, Buffer>;
}

export interface Implementation {
  unary: grpc.handleUnaryCall<Buffer, Buffer>;
  repeat: grpc.handleServerStreamingCall<Buffer, Buffer>;
  join: grpc.handleClientStreamingCall<Buffer, Buffer>;
  converse: grpc.handleBidiStreamingCall<Buffer, Buffer>;
}

const echo: Implementation = {
  unary: ({ request }, answer) => answer(null, request),
  repeat(call) {
    const count = Number(call.request.toString());
    for (let index = 0; index < count; index += 1) call.write(Buffer.from(`${index}`));
    call.end();
  },
  join(call, answer) {
    const messages: Buffer[] = [];
    call.on("data", (message: Buffer) => messages.push(message));
    call.on("end", () => answer(null, Buffer.concat(messages)));
  },
  converse(call) {
    call.on("data", (message: Buffer) => {
      if (!call.write(message)) {
        call.pause();
        call.once("drain", () => call.resume());
      }
    });
    call.on("end", () => call.end());
  },
};

export interface GrpcScene extends SecureScene {
  readonly client: EchoClient;
  readonly origin: grpc.Server;
  readonly originPort: number;
}

const messageMax = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

export async function startOrigin(
  t: TestContext,
  own: Partial<Implementation> = {},
  options: grpc.ServerOptions & { port?: number; isPlain?: boolean } = {},
): Promise<{ server: grpc.Server; port: number }> {
  const { port: wanted = 0, isPlain = false, ...more } = options;
  const server = new grpc.Server({ ...messageMax, ...more });
  server.addService(service, { ...echo, ...own });
  const secure = isPlain
    ? grpc.ServerCredentials.createInsecure()
    : grpc.ServerCredentials.createSsl(null, [
        { cert_chain: Buffer.from(certificate), private_key: Buffer.from(privateKey) },
      ]);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${wanted}`, secure, (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  t.after(() => server.forceShutdown());
  return { server, port };
}

export function openClient(
  t: TestContext,
  securePort: number,
  options: grpc.ChannelOptions = {},
): EchoClient {
  const Client = grpc.makeGenericClientConstructor(service, "Echo");
  const client = new Client(
    `127.0.0.1:${securePort}`,
    grpc.credentials.createSsl(Buffer.from(root)),
    {
      ...messageMax,
      "grpc.ssl_target_name_override": domainName,
      "grpc.default_authority": domainName,
      // Each its own connection.
      "grpc.use_local_subchannel_pool": 1,
      ...options,
    },
  );
  t.after(() => client.close());
  return client as unknown as EchoClient;
}

export async function startGrpcScene(
  t: TestContext,
  own: Partial<Implementation> = {},
  options: SceneOptions = {},
): Promise<GrpcScene> {
  const { server: origin, port: originPort } =
    options.originPort === undefined
      ? await startOrigin(t, own)
      : { server: new grpc.Server(), port: options.originPort };
  const scene = await startSecureScene(t, {
    originCertificateAuthorities: [certificate],
    ...options,
    originPort,
    behavior: { GrpcConfig: { Enabled: true }, ...options.behavior },
    originConfig: {
      DomainName: "localhost",
      CustomOriginConfig: {
        HTTPPort: originPort,
        HTTPSPort: originPort,
        OriginProtocolPolicy: "https-only",
      },
      ...options.originConfig,
    },
  });
  return { ...scene, origin, originPort, client: openClient(t, scene.securePort) };
}

export interface UnaryReply {
  readonly message: Buffer;
  readonly headers: grpc.Metadata;
  readonly status: grpc.StatusObject;
}

/** @throws grpc.ServiceError */
export function callUnary(
  client: EchoClient,
  message: Buffer | string,
  metadata = new grpc.Metadata(),
  options: grpc.CallOptions = {},
): Promise<UnaryReply> {
  return new Promise((resolve, reject) => {
    let headers = new grpc.Metadata();
    let answer: Buffer | undefined;
    const call = client.unary(Buffer.from(message), metadata, options, (error, value) => {
      if (error !== null) reject(error);
      else answer = value;
    });
    call.on("metadata", (got: grpc.Metadata) => (headers = got));
    call.on("status", (status: grpc.StatusObject) => {
      if (answer !== undefined) resolve({ message: answer, headers, status });
    });
  });
}

/** @returns what a call fails with */
export async function failureOf(called: Promise<unknown>): Promise<grpc.ServiceError> {
  try {
    await called;
  } catch (error) {
    return error as grpc.ServiceError;
  }
  return assert.fail("The call has not failed");
}

export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(2);
}

/** A deadline that a test does not wait for unless it hangs. */
export const soon = (): grpc.CallOptions => ({ deadline: Date.now() + 20_000 });
