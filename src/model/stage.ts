/** A function's two copies: the one that is changed and tested, and the one that serves viewers. */
export type Stage = "DEVELOPMENT" | "LIVE";
