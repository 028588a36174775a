/** Where cases are played: an edge with a cache, an origin that answers as a case says, a clock that it moves. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { TestContext } from "node:test";
import { OrderedMap } from "immutable";
import { MemoryStore } from "../../src/cache/memory-store.ts";
import type { HttpCaching } from "../../src/edge/caching/keeping.ts";
import { startScene, type Asked, type Scene } from "../edge/viewer-scene.ts";
import type { OriginAnswer } from "./case.ts";
import {
  cacheBehaviors,
  defaultBehavior,
  errorPage,
  errorSettings,
  withPolicies,
} from "./settings.ts";

/** Says for which step the origin made a response. */
export const stepHeader = "x-step";

export interface Stage {
  readonly ask: Scene["ask"];
  /** What the origin was asked, in order. */
  readonly asked: readonly Asked[];
  /** What the origin does from now on, and for which step. */
  readonly script: { answer: OriginAnswer; step: number };
  /** The bodies that the origin gave, by step. */
  readonly bodies: Map<number, string>;
  pass(seconds: number): void;
  /** Paths, or tags that begin with "#". */
  invalidate(paths: readonly string[]): void;
  /** Puts dates in the place of `{+10}`. */
  dated(line: string): string;
}

export async function startStage(t: TestContext, httpCaching: HttpCaching): Promise<Stage> {
  let now = Date.parse("2026-01-02T03:04:05.000Z");
  const script: Stage["script"] = { answer: {}, step: 0 };
  const bodies: Stage["bodies"] = new Map();
  const dated = (line: string) =>
    line.replaceAll(/\{([+-]\d+)\}/g, (_, seconds: string) =>
      new Date(now + Number(seconds) * 1000).toUTCString(),
    );
  const scene = await startScene(t, {
    origin(message, response) {
      if (message.url === errorPage.path) answerPage(response);
      else answerAs(script, bodies, dated, message, response);
    },
    cacheStore: new MemoryStore(64 * 1024 * 1024),
    httpCaching,
    now: () => new Date(now),
    behavior: defaultBehavior,
    config: {
      CacheBehaviors: cacheBehaviors,
      CustomErrorResponses: { Quantity: errorSettings.length, Items: [...errorSettings] },
      CacheTagConfig: { HeaderName: "X-Tags" },
    },
  });
  scene.setState(withPolicies);
  return {
    ask: (...lines) => scene.ask(...lines),
    asked: scene.asked,
    script,
    bodies,
    dated,
    pass(seconds) {
      now += seconds * 1000;
    },
    invalidate(paths) {
      scene.setState((state) => {
        const revision = state.revision + 1;
        const id = `I${revision}`;
        const made = { id, callerReference: id, paths, createTime: "", revision };
        const before = state.invalidations.get("E1") ?? OrderedMap();
        const invalidations = state.invalidations.set("E1", before.set(id, made));
        return { ...state, revision, invalidations };
      });
    },
  };
}

function answerPage(response: ServerResponse): void {
  response.writeHead(200, { "Cache-Control": "max-age=600" });
  response.end(errorPage.body);
}

function answerAs(
  { answer, step }: Stage["script"],
  bodies: Stage["bodies"],
  dated: Stage["dated"],
  message: IncomingMessage,
  response: ServerResponse,
): void {
  const { status = 200, lines = [], body = `made for step ${step}`, fails } = answer;
  if (fails === "refuses") return void message.socket.destroy();
  const headers = lines.flatMap((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), dated(line.slice(colon + 1).trim())];
  });
  const isEmpty = status === 204 || status === 304;
  if (status !== 304) headers.push(stepHeader, String(step));
  bodies.set(step, isEmpty ? "" : body);
  const saysLength = lines.some((line) => /^content-length:/i.test(line));
  if (!isEmpty && answer.ends === undefined && !saysLength) {
    headers.push("Content-Length", String(Buffer.byteLength(body)));
  }
  if (answer.hints !== undefined) response.writeEarlyHints(answer.hints);
  response.sendDate = false;
  if (answer.ends === "with-the-connection") {
    response.shouldKeepAlive = false;
    response.useChunkedEncodingByDefault = false;
  }
  response.writeHead(status, headers);
  if (fails === "breaks-off") {
    response.write(body.slice(0, body.length / 2), () => message.socket.destroy());
    return;
  }
  if (isEmpty || message.method === "HEAD") response.end();
  else response.end(body);
}
