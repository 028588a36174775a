/**
 * Short messages among the nodes that share a log. They are kept nowhere: who is away misses them, and
 * nothing of what a log promises holds for them.
 */
export interface SideChannel {
  /** Whether a message would go out now. */
  readonly isConnected: () => boolean;

  /** Tells the log that others have a revision: what it hears so it need not look for. */
  readonly noteRevision: (revision: number) => void;

  /** Lost where nobody listens, or nothing can be reached. */
  readonly tell: (subject: string, message: Uint8Array) => void;

  /**
   * @param subject words with "." in between; ">" at the end stands for one or more
   * @param circle of all that listen under one name, each message is given to one
   * @returns the function that ends the listening
   */
  readonly listen: (
    subject: string,
    hear: (message: Uint8Array, subject: string) => void,
    circle?: string,
  ) => () => void;
}
