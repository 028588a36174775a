/** Applies what is mocked to requests as they come in, before anything looks at them. */
import type { OriginHealth } from "../mocked.ts";
import type { ViewerRequest } from "../viewer-request.ts";
import type { KnobName } from "./knobs.ts";
import { readMockHeaders } from "./mock-headers.ts";
import type { MockRule } from "./mock-rules.ts";
import { MockedFacts, type MockValues } from "./mocked-facts.ts";

export interface Mocks {
  /** @returns the very request where nothing is mocked of it */
  apply(request: ViewerRequest): ViewerRequest;
}

export interface MocksInput {
  /** Whether requests' own headers count, before any rule. */
  readonly byHeaders: boolean;
  /** As they are now. */
  readonly rules: () => readonly MockRule[];
}

export function createMocks({ byHeaders, rules }: MocksInput): Mocks {
  return {
    apply(request) {
      const read = byHeaders ? readMockHeaders(request.headers) : undefined;
      const fitting = rules().filter((rule) => fits(rule, request));
      if (read === undefined && fitting.length === 0) return request;
      const own = read === undefined ? [] : [read.values];
      const values = firstOf([...own, ...fitting.map((rule) => rule.values)]);
      const mocked = new MockedFacts(values, read?.wrong);
      const headers = read?.headers ?? request.headers;
      return { ...request, headers, recurring: undefined, mocked };
    },
  };
}

function fits({ viewers, paths }: MockRule, { ip, path }: ViewerRequest): boolean {
  if (viewers?.(ip) === false) return false;
  return paths === undefined || paths.some((matches) => matches(path));
}

/** What is said of all origins leaves nothing to whoever speaks later. */
function firstOf(all: readonly MockValues[]): MockValues {
  const texts = new Map<KnobName, string>();
  const health = new Map<string, OriginHealth>();
  for (const values of all) {
    for (const [name, text] of values.texts) if (!texts.has(name)) texts.set(name, text);
    if (health.has("*")) continue;
    for (const [origin, each] of values.health) if (!health.has(origin)) health.set(origin, each);
  }
  return { texts, health };
}
