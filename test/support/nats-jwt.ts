/**
 * What NATS calls decentralized authentication, as `nsc` makes it: an operator that signs accounts, which
 * sign users. A token is a JWT signed by an NKey (ed25519).
 */
import { randomUUID } from "node:crypto";
import { nkeys } from "@nats-io/transport-node";

type KeyPair = ReturnType<typeof nkeys.createUser>;

export interface UserRights {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

const unlimited = {
  ...{ subs: -1, data: -1, payload: -1, conn: -1, leaf: -1, imports: -1, exports: -1 },
  ...{ wildcards: true, mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 },
};

export class NatsOperator {
  readonly #key = nkeys.createOperator();
  readonly #account = nkeys.createAccount();
  readonly #system = nkeys.createAccount();

  /** For a server of its own, with one account that has JetStream. */
  get configuration(): string {
    const operator = signed(this.#key, this.#key, { name: "operator", type: "operator" });
    return `
      operator: ${operator}
      system_account: ${this.#system.getPublicKey()}
      resolver: MEMORY
      resolver_preload {
        ${this.#system.getPublicKey()}: ${this.#accountToken(this.#system, {})}
        ${this.#account.getPublicKey()}: ${this.#accountToken(this.#account, unlimited)}
      }
      jetstream { store_dir: $NATS_STORE }
    `;
  }

  /** @returns what `nsc generate creds` writes for a user of the account */
  credentials({ publish, subscribe }: UserRights): string {
    const user = nkeys.createUser();
    const token = signed(this.#account, user, {
      ...{ name: "user", type: "user", subs: -1, data: -1, payload: -1 },
      ...{ pub: { allow: publish }, sub: { allow: subscribe } },
    });
    const seed = new TextDecoder().decode(user.getSeed());
    return framed("NATS USER JWT", "-----", token) + framed("USER NKEY SEED", "-----", seed);
  }

  #accountToken(account: KeyPair, limits: object): string {
    return signed(this.#key, account, { name: "account", type: "account", limits });
  }
}

interface Claims extends Readonly<Record<string, unknown>> {
  readonly name: string;
  readonly type: "operator" | "account" | "user";
}

function signed(issuer: KeyPair, subject: KeyPair, { name, ...claims }: Claims): string {
  const header = { typ: "JWT", alg: "ed25519-nkey" };
  const body = {
    ...{ jti: randomUUID(), iat: Math.floor(Date.now() / 1000) },
    ...{ iss: issuer.getPublicKey(), sub: subject.getPublicKey(), name },
    nats: { ...claims, version: 2 },
  };
  const text = [header, body].map((part) => base64Url(JSON.stringify(part))).join(".");
  return `${text}.${base64Url(issuer.sign(new TextEncoder().encode(text)))}`;
}

function base64Url(content: string | Uint8Array): string {
  return Buffer.from(content).toString("base64url");
}

function framed(what: string, dashes: string, content: string): string {
  return `${dashes}BEGIN ${what}${dashes}\n${content}\n------END ${what}------\n\n`;
}
