/** The certificates that ACME has brought to the log, opened for those who serve by them. */
import type { Logger } from "../base/logger.ts";
import { openText } from "../base/sealed-text.ts";
import {
  readServerCertificate,
  type ServerCertificate,
} from "../certificates/server-certificate.ts";
import type { IssuedCertificate } from "../model/issued-certificate.ts";
import type { State } from "../state/state.ts";
import { certificateKeyFile, readCertificateKey } from "./certificate-key.ts";
import type { NodeOptions } from "./options.ts";

/** How long it takes until a key that was missing is looked for again. */
const retryMs = 2000;

export class IssuedCertificates {
  readonly #named: Pick<NodeOptions, "data" | "certificateKeyFile">;
  readonly #logger: Logger;
  #opened = new Map<IssuedCertificate, ServerCertificate>();
  #of: State["certificates"] | undefined;
  #all: readonly ServerCertificate[] = [];
  #retryAt = Infinity;
  #hasComplained = false;

  constructor(named: Pick<NodeOptions, "data" | "certificateKeyFile">, logger: Logger) {
    this.#named = named;
    this.#logger = logger;
  }

  /** @returns the same array as long as nothing is another one; those that can't be opened are left out, and the log says so */
  of(certificates: State["certificates"]): readonly ServerCertificate[] {
    if (certificates === this.#of && performance.now() < this.#retryAt) return this.#all;
    this.#of = certificates;
    this.#retryAt = Infinity;
    if (certificates.isEmpty() && this.#all.length === 0) return this.#all;
    const opened = new Map<IssuedCertificate, ServerCertificate>();
    for (const issued of certificates.values()) {
      const certificate = this.#opened.get(issued) ?? this.#open(issued);
      if (certificate !== undefined) opened.set(issued, certificate);
    }
    this.#opened = opened;
    this.#all = [...opened.values()];
    return this.#all;
  }

  #open({ name, chain, sealedKey }: IssuedCertificate): ServerCertificate | undefined {
    try {
      const key = readCertificateKey(this.#named);
      if (key === undefined) throw new Error(`there is no ${certificateKeyFile(this.#named)}`);
      return readServerCertificate(chain, openText(key, name, sealedKey));
    } catch (err) {
      this.#retryAt = performance.now() + retryMs;
      if (!this.#hasComplained) {
        this.#logger.error(
          { err, name },
          "an issued certificate cannot be opened, and viewers are shown another one: --certificate-key-file must name the file of the node that orders certificates",
        );
      }
      this.#hasComplained = true;
      return undefined;
    }
  }
}
