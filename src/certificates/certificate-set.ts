/**
 * The certificates that a server has at one time, and which of them is for whom. Those that are for clients alone are never shown:
 * a folder may have them for origins that ask for one.
 */
import { coversName, type ServerCertificate } from "./server-certificate.ts";

export class CertificateSet {
  /** For who asks for nothing in particular. */
  readonly standard: ServerCertificate;
  readonly #byId: ReadonlyMap<string, ServerCertificate>;
  /** Those with an ECDSA key first, of a kind that which is valid longer. */
  readonly #byName = new Map<string, readonly ServerCertificate[]>();

  /**
   * @param byId by what configurations name them, like an ARN
   * @param others which are found by the names that they are for; of two for one name with keys of a kind the one that is valid longer counts,
   *   unless its time has not begun
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
    const own = new Set([...this.#byName.values()].flat());
    return new CertificateSet(this.standard, this.#byId, [...own, ...others]);
  }

  findById(id: string): ServerCertificate | undefined {
    const certificate = this.#byId.get(id);
    return certificate?.isForServers === true ? certificate : undefined;
  }

  /**
   * @param name in lower case, of which an exact one counts before a wildcard
   * @param fits whether who asks can make use of it; where none does, it is told by the first
   * @param now what is good now comes before what fits and is not: by a clock that was set wrongly nothing may be
   */
  findByName(
    name: string,
    fits: (certificate: ServerCertificate) => boolean = () => true,
    now?: Date,
  ): ServerCertificate | undefined {
    const exact = this.#byName.get(name) ?? [];
    const wild = this.#byName.get(`*${name.slice(name.indexOf("."))}`) ?? [];
    const isGood = (each: ServerCertificate): boolean =>
      fits(each) && (now === undefined || (each.validFrom <= now && now <= each.validTo));
    const good = exact.find(isGood) ?? wild.find(isGood);
    return good ?? exact.find(fits) ?? wild.find(fits) ?? exact[0] ?? wild[0];
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
  return [...known, added].toSorted(
    (a, b) =>
      Number(b.keyKind === "ec") - Number(a.keyKind === "ec") ||
      b.validTo.getTime() - a.validTo.getTime(),
  );
}

/** Whether a certificate is for a host. */
export function isFor({ names }: ServerCertificate, host: string): boolean {
  return names.some((name) => coversName(name, host));
}
