/** What is mocked of viewers' requests, as a node's options say. */
import type { Logger } from "../base/logger.ts";
import type { MockRule } from "../edge/mock/mock-rules.ts";
import type { Mocks } from "../edge/mock/mocks.ts";
import { isLoopback } from "./listen-address.ts";
import { OptionError } from "./option-table.ts";
import type { NodeOptions } from "./options.ts";
import { takeFile, watchFileChanges } from "./watched-file.ts";

type MockOptions = Pick<NodeOptions, "mockViewer" | "mockHeaders">;

/**
 * Whoever reaches an edge with --mock-headers passes its geographic restrictions and breaks its origins.
 *
 * @throws OptionError, when the network could and nobody said that this is meant
 */
export function refuseOpenMocks({
  mockHeaders,
  edgeHost,
  insecure,
}: Pick<NodeOptions, "mockHeaders" | "edgeHost" | "insecure">): void {
  if (!mockHeaders || insecure || isLoopback(edgeHost)) return;
  throw new OptionError(
    `--edge-host ${edgeHost} is not loopback, and with --mock-headers whoever reaches it says where they are and how origins behave. ` +
      "Start the node without --mock-headers, or with --insecure where the network itself is trusted",
  );
}

/** @throws Error, when the file of rules is none */
export async function checkMockRules({ mockViewer }: MockOptions): Promise<void> {
  if (mockViewer === "") return;
  const rulesIn = await loadRuleReader();
  await takeFile(mockViewer, (bytes) => void rulesIn(bytes));
}

/** @returns undefined where nothing is mocked */
export async function openMocks(
  { mockViewer, mockHeaders }: MockOptions,
  logger: Logger,
): Promise<Mocks | undefined> {
  if (mockViewer === "" && !mockHeaders) return undefined;
  const { createMocks } = await import("../edge/mock/mocks.ts");
  const rulesIn = await loadRuleReader();
  let rules: readonly MockRule[] = [];
  const take = (bytes: Buffer): void => {
    rules = rulesIn(bytes);
  };
  if (mockViewer !== "") await watchFileChanges({ path: mockViewer, take, logger });
  return createMocks({ byHeaders: mockHeaders, rules: () => rules });
}

/** Where nothing is mocked, neither process loads what mocks. */
async function loadRuleReader(): Promise<(bytes: Buffer) => readonly MockRule[]> {
  const { readMockRules } = await import("../edge/mock/mock-rules.ts");
  return (bytes) => readMockRules(bytes.toString("utf8"));
}
