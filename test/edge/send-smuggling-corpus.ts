/** Sends the corpus of request smuggling through an edge, and compares what each side has made of it. */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import type { ServerBehind } from "./server-behind.ts";
import { smugglingVariants, type SmugglingVariant } from "./smuggling-corpus.ts";
import { talk } from "./talk.ts";
import { domainName, startScene } from "./viewer-scene.ts";

/** How many connections are open at once. */
const atOnce = 8;

/** @param door which one takes plain requests */
export async function assertNothingSmuggled(
  t: TestContext,
  behind: ServerBehind,
  door: "plain" | "node:http",
): Promise<void> {
  const listener = { withoutPlainDoor: door === "node:http" };
  const scene = await startScene(t, { originPort: behind.port, listener });
  const left = smugglingVariants.entries();
  const outcomes: string[] = [];
  const send = async (): Promise<void> => {
    for (const [index, { text }] of left) {
      outcomes[index] = outcomeOf(await talk(scene.port, [text], 5000));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, send));
  const end = `GET /end HTTP/1.1\r\nHost: ${domainName}\r\nConnection: close\r\n\r\n`;
  await talk(scene.port, [end], 5000);
  while (!behind.asked().includes("GET /end")) await wait(20);

  assert.deepEqual(behind.complaints(), []);
  const asked = Map.groupBy(behind.asked(), (each) => /\/(\d{3})\//.exec(each)?.[1] ?? "");
  const told = (name: string, outcome: string, paths: readonly string[]) =>
    `${name}: ${outcome}; asked ${paths.join(", ") || "nothing"}`;
  const found = smugglingVariants.map(({ name, reaches }, index) => {
    const paths = pathsOf(asked.get(String(index).padStart(3, "0")));
    const isBegun = reaches === "begun" && paths[0] === "one";
    return told(name, outcomes[index] ?? "", isBegun ? paths.slice(1) : paths);
  });
  assert.deepEqual(
    found,
    smugglingVariants.map(({ name, reaches }) => told(name, ...expected[reaches])),
  );
}

/** What the viewer gets, and what the server behind is asked. */
const expected: Readonly<
  Record<SmugglingVariant["reaches"], readonly [outcome: string, paths: readonly string[]]>
> = {
  none: ["refused", []],
  begun: ["refused", []],
  one: ["200", ["one"]],
  both: ["200 200", ["one", "last"]],
  last: ["403 200", ["last"]],
};

/** The statuses of the final answers; "refused" where there is none but a refusal. */
function outcomeOf(text: string): string {
  const statuses = Array.from(text.matchAll(/HTTP\/1\.1 ([2-5]\d\d) /g), ([, status]) => status);
  const [first = ""] = statuses;
  return statuses.length === 1 && first.startsWith("4") ? "refused" : statuses.join(" ");
}

function pathsOf(asked: readonly string[] = []): readonly string[] {
  return asked.map((each) => each.split("/").at(-1) ?? "");
}
