/**
 * Whether a node's certificate key is the one that the certificates in the log are sealed under. With another one a node would
 * order anew what is there, and show viewers other certificates, and others could not open what it adds.
 */
import { createHash } from "node:crypto";
import { openText } from "../base/sealed-text.ts";
import type { IssuedCertificate } from "../model/issued-certificate.ts";
import type { State } from "../state/state.ts";
import { certificateKeyFile, readCertificateKey } from "./certificate-key.ts";
import type { NodeOptions } from "./options.ts";

type Named = Pick<NodeOptions, "data" | "certificateKeyFile">;
type OfCertificates = Pick<State, "certificates">;

export class KeyMatch {
  /** Tells the key apart from others, and opens nothing. */
  readonly mark: string;
  readonly #key: Uint8Array;
  readonly #opened = new WeakMap<IssuedCertificate, boolean>();

  constructor(key: Uint8Array) {
    this.#key = key;
    const hash = createHash("sha256").update("footlight certificate key ").update(key);
    this.mark = hash.digest("hex").slice(0, 16);
  }

  opens(issued: IssuedCertificate): boolean {
    const known = this.#opened.get(issued);
    if (known !== undefined) return known;
    let opens = true;
    try {
      openText(this.#key, issued.name, issued.sealedKey);
    } catch {
      opens = false;
    }
    this.#opened.set(issued, opens);
    return opens;
  }

  /** @returns a name whose certificate another key opens */
  findForeign(
    { certificates }: OfCertificates,
    isGivenUp: (issued: IssuedCertificate) => boolean = () => false,
  ): string | undefined {
    return certificates.find((issued) => !isGivenUp(issued) && !this.opens(issued))?.name;
  }
}

/** Looks at the file again and again, since it may be given later, or another one. */
export class KeyWatch {
  readonly #named: Named;
  #match: KeyMatch | undefined;

  constructor(named: Named) {
    this.#named = named;
  }

  /** @returns what is wrong with this node's key, in a sentence. @throws OptionError, when the file can't be read */
  findTrouble(state: OfCertificates): string | undefined {
    if (state.certificates.isEmpty()) return undefined;
    const key = readCertificateKey(this.#named);
    if (key === undefined) {
      return `there is no ${certificateKeyFile(this.#named)}, and the log holds certificates whose private keys are sealed`;
    }
    const match = new KeyMatch(key);
    if (this.#match?.mark !== match.mark) this.#match = match;
    const name = this.#match.findForeign(state);
    return name === undefined ? undefined : foreignKey(this.#named, name);
  }
}

export function foreignKey(named: Named, name: string): string {
  return `${certificateKeyFile(named)} is another key than the one that the certificate of ${name} is sealed under`;
}

export const keyRemedy =
  "Name the file of the control plane that ordered it with --certificate-key-file; where that is lost, start one with --acme-order-anew";
