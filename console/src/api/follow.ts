/**
 * Follows an answer of the API that goes on, while the page is seen. Where it breaks off, as when the node is started
 * again or the network is lost, it is taken up where it was: by the marker of its last line.
 */
import { ApiRefusal, NodeUnreachable } from "./api-refusal.ts";
import { readLive } from "./call-api.ts";
import { connection } from "./connection.ts";

/** What is in each line. */
export interface FollowedPage {
  readonly next_marker: string;
}

export interface Following<Page> {
  readonly path: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** The marker of the line to go on from; undefined where there was none. */
  readonly after: string | undefined;
  readonly onPage: (page: Page) => void;
  /** Told why there is nothing new now. */
  readonly onTrouble: (error: unknown) => void;
}

const firstWaitMs = 250;
const longestWaitMs = 10_000;
/** The node says every five seconds that it is there; a network that is lost says nothing. */
const silentMs = 15_000;

/** @returns what ends it */
export function follow<Page extends FollowedPage>(following: Following<Page>): () => void {
  let { after } = following;
  let ending: AbortController | undefined;
  const onPage = (page: Page): void => {
    after = page.next_marker;
    following.onPage(page);
  };
  const onSight = (): void => {
    if (document.hidden) {
      ending?.abort();
      ending = undefined;
    } else if (ending === undefined) {
      ending = new AbortController();
      void followOn(() => ({ ...following, after, onPage }), ending.signal);
    }
  };
  document.addEventListener("visibilitychange", onSight);
  onSight();
  return () => {
    document.removeEventListener("visibilitychange", onSight);
    ending?.abort();
  };
}

async function followOn<Page extends FollowedPage>(
  following: () => Following<Page>,
  signal: AbortSignal,
): Promise<void> {
  for (let waitMs = firstWaitMs; !signal.aborted; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
    let isFinal = false;
    try {
      await readOn(following(), signal, () => {
        waitMs = firstWaitMs / 2;
      });
    } catch (error) {
      if (signal.aborted) return;
      following().onTrouble(error);
      isFinal = error instanceof ApiRefusal && error.status < 500;
    }
    // It is known when the node is back, or somebody else has signed in: nothing need be tried before.
    await untilLater(isFinal || connection.standing.value === "down" ? undefined : waitMs, signal);
  }
}

/** Resolves when the node has ended it. */
async function readOn<Page extends FollowedPage>(
  { path, query, after, onPage }: Following<Page>,
  signal: AbortSignal,
  onLine: () => void,
): Promise<void> {
  const silence = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hear = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(new NodeUnreachable()), silentMs);
  };
  hear();
  try {
    const until = AbortSignal.any([signal, silence.signal]);
    for await (const page of readLive<Page>({ path, query: { ...query, after }, signal: until })) {
      if (signal.aborted) return;
      hear();
      onLine();
      onPage(page);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** @param waitMs undefined where it waits until the node is back, or somebody has signed in */
function untilLater(waitMs: number | undefined, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      clearTimeout(timer);
      unwatch();
      resolve();
    };
    const timer = waitMs === undefined ? undefined : setTimeout(go, waitMs);
    const unwatch = connection.returns.watch(go);
    signal.addEventListener("abort", go, { once: true });
    if (signal.aborted) go();
  });
}
