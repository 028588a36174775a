/**
 * The certificates that a server has at one time, and which of them is for whom. Those that are for clients alone are never shown:
 * a folder may have them for origins that ask for one.
 */
import { coversName, type ServerCertificate } from "./server-certificate.ts";

export class CertificateSet {
  /** For who asks for nothing in particular. */
  readonly standard: ServerCertificate;
  readonly #byId: ReadonlyMap<string, ServerCertificate>;
  /** Of each kind of key one at most, that with an ECDSA key first. */
  readonly #byName = new Map<string, readonly ServerCertificate[]>();

  /**
   * @param byId by what configurations name them, like an ARN
   * @param others which are found by the names that they are for; of two for one name with keys of a kind the one that is valid longer counts
   */
  constructor(
    standard: ServerCertificate,
    byId: ReadonlyMap<string, ServerCertificate> = new Map(),
    others: Iterable<ServerCertificate> = [],
  ) {
    this.standard = standard;
    this.#byId = byId;
    for (const certificate of others) {
      if (!certificate.isForServers) continue;
      for (const name of certificate.names) {
        this.#byName.set(name, withOne(this.#byName.get(name) ?? [], certificate));
      }
    }
  }

  /** @returns these, and of `more` those for which there is none here */
  beside(more: readonly ServerCertificate[]): CertificateSet {
    const others = more.filter(({ names }) => names.some((name) => !this.findByName(name)));
    const own = [...this.#byName.values()].flat();
    return new CertificateSet(this.standard, this.#byId, [...own, ...others]);
  }

  findById(id: string): ServerCertificate | undefined {
    const certificate = this.#byId.get(id);
    return certificate?.isForServers === true ? certificate : undefined;
  }

  /**
   * @param name in lower case, of which an exact one counts before a wildcard
   * @param fits whether who asks can make use of it; where none does, it is told by the first
   */
  findByName(
    name: string,
    fits: (certificate: ServerCertificate) => boolean = () => true,
  ): ServerCertificate | undefined {
    const exact = this.#byName.get(name) ?? [];
    const wild = this.#byName.get(`*${name.slice(name.indexOf("."))}`) ?? [];
    return exact.find(fits) ?? wild.find(fits) ?? exact[0] ?? wild[0];
  }

  /** Whether it is nobody's own, but what all get that have none. */
  isStandard(certificate: ServerCertificate): boolean {
    return certificate.fingerprint === this.standard.fingerprint;
  }
}

function withOne(
  known: readonly ServerCertificate[],
  added: ServerCertificate,
): readonly ServerCertificate[] {
  const before = known.find(({ keyKind }) => keyKind === added.keyKind);
  if (before !== undefined && before.validTo >= added.validTo) return known;
  const others = known.filter((each) => each !== before);
  return added.keyKind === "ec" ? [added, ...others] : [...others, added];
}

/** Whether a certificate is for a host. */
export function isFor({ names }: ServerCertificate, host: string): boolean {
  return names.some((name) => coversName(name, host));
}
