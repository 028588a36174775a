/** A viewer's exchange as if what is mocked of it were so. */
import { refusals, type Refusal } from "./answer/refusals.ts";
import type { ViewerExchange } from "./viewer-exchange.ts";
import type { Mocks } from "./mock/mocks.ts";

/** @returns the very exchange where nothing is mocked of it */
export function mockedExchange(exchange: ViewerExchange, mocks: Mocks): ViewerExchange {
  const request = mocks.apply(exchange.request);
  if (request === exchange.request) return exchange;
  const { body, viewer } = exchange;
  return { request, body, viewer, respond: (answer) => exchange.respond(answer) };
}

/** @param sentence what is wrong, for whoever tries something out */
export function refuseMock(sentence: string): Refusal {
  return { ...refusals.mock, sentence };
}
