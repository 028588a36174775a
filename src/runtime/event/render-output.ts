/** TestFunction's FunctionOutput: the service's own rendering of what a function returned. */
import type { AnswerHeaders, AnswerValue, RequestAnswer, ResponseAnswer } from "./decode-answer.ts";
import { splitHeaders } from "./decode-answer.ts";

export function renderOutput(answer: RequestAnswer | ResponseAnswer): string {
  if (answer.type === "request") {
    return JSON.stringify({
      request: {
        headers: renderMap(answer.headers),
        method: answer.method,
        querystring:
          typeof answer.querystring === "string"
            ? answer.querystring
            : renderMap(answer.querystring),
        uri: answer.uri,
        cookies: renderMap(answer.cookies),
      },
    });
  }
  return JSON.stringify({
    response: {
      headers: renderMap(answer.headers),
      ...(answer.statusDescription === undefined
        ? {}
        : { statusDescription: answer.statusDescription }),
      cookies: renderMap(answer.cookies),
      statusCode: answer.statusCode,
      ...(answer.body === undefined ? {} : { body: answer.body }),
    },
  });
}

function renderMap(list: AnswerHeaders | 0): object {
  const entries = list === 0 ? [] : splitHeaders(list).entries;
  const pairs = entries.map(([name, ...values]) => {
    const [first = ""] = values;
    const entry = renderValue(first);
    return [name, values.length > 1 ? { ...entry, multiValue: values.map(renderValue) } : entry];
  });
  return Object.fromEntries(pairs) as object;
}

function renderValue(value: AnswerValue): object {
  return typeof value === "string" ? { value } : { attributes: value[1], value: value[0] };
}
