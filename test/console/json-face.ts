/** Calls of a node's API in its JSON face, as the console makes them. */

export interface JsonFace {
  /** @returns `data` of the answer; throws what the API says no with */
  readonly call: <Data>(
    method: string,
    path: string,
    body?: object,
    ifMatch?: string,
  ) => Promise<Data>;
}

export function jsonFace(api: string): JsonFace {
  return {
    call: async (method, path, body, ifMatch) => {
      const response = await fetch(`${api}${path}`, {
        method,
        headers: {
          ...{ accept: "application/json", "content-type": "application/json" },
          ...(ifMatch !== undefined && { "if-match": ifMatch }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const answer = (await response.json()) as { success: boolean; data: never };
      if (!answer.success) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
      return answer.data;
    },
  };
}
