/** The time, as a function that is passed in. Only `node/` reads the real one; tests pass their own. */
export type Clock = () => Date;
