/** Orders certificates by ACME where a node is asked to: from its options to what keeps them. */
import { randomUUID } from "node:crypto";
import type { Logger } from "../../base/logger.ts";
import { sealText } from "../../base/sealed-text.ts";
import type { AcmeSession } from "../../certificates/acme/acme-session.ts";
import type { ChallengeType } from "../../certificates/acme/order-certificate.ts";
import type { IssuedCertificate } from "../../model/issued-certificate.ts";
import type { Change } from "../../state/change.ts";
import type { Replica } from "../../state/replica.ts";
import type { State } from "../../state/state.ts";
import { makeCertificateKey } from "../certificate-key.ts";
import { foreignKey, keyRemedy, KeyMatch } from "../key-match.ts";
import { OptionError } from "../option-table.ts";
import type { NodeOptions } from "../options.ts";
import { changeAccountKey, loadAccountKey } from "./account-key.ts";
import { keepCertificates, type CertificateOrders } from "./certificate-orders.ts";
import type { NodeKind } from "../roster/node-report.ts";
import { nodeId } from "../roster/node-identity.ts";
import { watchCoveredNames } from "./covered-names.ts";
import { wantedNames } from "./wanted-names.ts";

const directories: Readonly<Record<string, string>> = {
  staging: "https://acme-staging-v02.api.letsencrypt.org/directory",
  production: "https://acme-v02.api.letsencrypt.org/directory",
};

/** Edges that follow the log in processes of their own hear of a change within this. */
const settleMs = 1500;

export interface OrdersParts {
  readonly options: NodeOptions;
  readonly replica: Replica;
  /** Resolves when this node's edges serve by it. */
  readonly commit: (decide: (state: State) => Change) => Promise<unknown>;
  readonly kind: NodeKind;
  readonly logger: Logger;
}

/**
 * @returns undefined on a node that orders none
 * @throws OptionError, when names are given without an address, or a key file is missing, unreadable, malformed, or another one
 *   than what the log holds was sealed under
 */
export function startCertificateOrders({
  options,
  replica,
  commit,
  kind,
  logger,
}: OrdersParts): CertificateOrders | undefined {
  const { acmeEmail, acmeNames, acmeDirectory, acmeChallenge, acmeOrderAnew, data } = options;
  const { acmeNewAccountKey } = options;
  if (acmeEmail === "") {
    if (acmeNames === "") return undefined;
    throw new OptionError(
      "--acme-names wants --acme-email, the address of the account that certificates are ordered with",
    );
  }
  const { state: stateAtStart } = replica;
  const mayCreate = acmeOrderAnew || stateAtStart.certificates.isEmpty();
  const key = makeCertificateKey(options, mayCreate, logger);
  const match = new KeyMatch(key);
  /** Those alone that are there now: what another control plane brings later is not to be ordered anew. */
  const useless = new Set(
    acmeOrderAnew
      ? [...stateAtStart.certificates.values()].filter((each) => !match.opens(each))
      : [],
  );
  const isUseless = (issued: IssuedCertificate): boolean => useless.has(issued);
  const findTrouble = (state: State): string | undefined => {
    const name = match.findForeign(state, isUseless);
    return name === undefined ? undefined : `${foreignKey(options, name)}. ${keyRemedy}`;
  };
  const trouble = findTrouble(stateAtStart);
  if (trouble !== undefined) throw new OptionError(trouble);
  const accountKey = loadAccountKey(data, logger);
  const directory = directories[acmeDirectory] ?? acmeDirectory;
  const changed = acmeNewAccountKey
    ? changeAccountKey(data, directory, logger).catch((err: unknown) => {
        logger.error({ err }, "the account's key could not be changed; the one before stays");
      })
    : Promise.resolve();
  const covered = watchCoveredNames(options.certificates);
  let session: Promise<AcmeSession> | undefined;
  const orders = keepCertificates({
    state: () => replica.state,
    commit: async (decide) => {
      await commit((state) => ({
        ...decide(state),
        at: new Date().toISOString(),
        cause: {
          operation: "footlight:OrderCertificate",
          requestId: randomUUID(),
          principal: "footlight",
          sourceIp: "",
        },
      }));
    },
    wanted: (state) => wantedNames(acmeNames, state, covered()),
    order: async (task) => {
      // Not loaded by nodes that order nothing.
      const [{ AcmeSession: Session }, { orderCertificate }] = await Promise.all([
        import("../../certificates/acme/acme-session.ts"),
        import("../../certificates/acme/order-certificate.ts"),
      ]);
      await changed;
      const privateKey = acmeNewAccountKey ? loadAccountKey(data, logger) : accountKey;
      session ??= Session.open({ directory, privateKey, email: acmeEmail });
      try {
        return await orderCertificate({ ...task, session: await session });
      } catch (error) {
        // The account may be gone, or the directory another one.
        session = undefined;
        throw error;
      }
    },
    holder: nodeId(kind, options),
    keyMark: match.mark,
    findTrouble,
    isUseless,
    seal: (name, privateKey) => sealText(key, name, privateKey),
    directory,
    challenges: challengesOf(acmeChallenge),
    settleMs,
    now: () => Date.now(),
    elapsed: () => performance.now(),
    askTime: async () => {
      const { askAuthorityTime } = await import("../../certificates/acme/acme-session.ts");
      return askAuthorityTime(directory);
    },
    random: () => Math.random(),
    logger,
  });
  const stopLooking = replica.onChange((state, before) => {
    const { distributions, resources, certificateOrders } = before;
    const hasNames = state.distributions !== distributions || state.resources !== resources;
    if (hasNames || state.certificateOrders !== certificateOrders) orders.look();
  });
  return {
    ...orders,
    stop: async () => {
      stopLooking();
      await orders.stop();
    },
  };
}

function challengesOf(option: string): readonly ChallengeType[] {
  return option === "any" ? ["http-01", "tls-alpn-01"] : [option as ChallengeType];
}
