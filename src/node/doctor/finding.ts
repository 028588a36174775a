/** What a look at one thing came to, and what to do about it. It never tells a secret: no contents of files, and no key. */

export interface Finding {
  readonly about: string;
  /** A failure keeps a node from starting or serving; a warning makes it worse. */
  readonly state: "ok" | "warning" | "failure";
  readonly says: string;
  /** Present where it is not ok. */
  readonly remedy?: string;
}

export function ok(about: string, says: string): Finding {
  return { about, state: "ok", says };
}

export function warning(about: string, says: string, remedy: string): Finding {
  return { about, state: "warning", says, remedy };
}

export function failure(about: string, says: string, remedy: string): Finding {
  return { about, state: "failure", says, remedy };
}
