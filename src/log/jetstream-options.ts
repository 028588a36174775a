/** How a change log in NATS JetStream is reached and kept, beside its address. */

export interface JetStreamOptions {
  /** What its subjects begin with, and its streams' names: several accounts may share one cluster. */
  readonly prefix: string;
  /** How many servers keep each entry, where the streams are made; undefined where that is not this node's to say. */
  readonly replicas: number | undefined;
  /** File of a user's credentials (JWT and seed, as nsc writes them) or of an NKey's seed; "" is none. */
  readonly credentials: string;
  /** File of the authority that signed the servers' certificate; "" asks for none of one's own. */
  readonly ca: string;
  /** Files of the client's certificate and its key, where the servers ask for one; "" is none. */
  readonly certificate: string;
  readonly key: string;
}

export const defaultJetStreamOptions: JetStreamOptions = {
  prefix: "footlight",
  replicas: 1,
  credentials: "",
  ca: "",
  certificate: "",
  key: "",
};
