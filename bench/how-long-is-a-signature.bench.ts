/**
 * How long does it take to know who calls? One signed request of each version, verified again and
 * again, with what an access key costs beside it: decrypting its secret and reading its policy.
 *
 * Unfair when: the requests are small (a body is hashed besides, about 2 ms for 1 MB), and always
 * the same key, region and day, so version 4 finds its derived key in the library's cache.
 */
import { ListFunctionsCommand } from "@aws-sdk/client-cloudfront";
import { GetKeyCommand } from "@aws-sdk/client-cloudfront-keyvaluestore";
import { requireSignatures } from "../src/control/access/access.ts";
import type { ApiRequest } from "../src/wire/api-message.ts";
import { testSecretKey, withKey } from "../test/support/access-key.ts";
import {
  catchRequest,
  cloudFrontClient,
  keyValueStoreClient,
} from "../test/support/signed-request.ts";

const rounds = 2000;
const { state, credentials } = withKey();
const authenticate = requireSignatures({
  state: () => state,
  now: () => new Date(),
  secretKey: testSecretKey,
});
const KvsARN =
  "arn:aws:cloudfront::000000000000:key-value-store/11111111-2222-3333-4444-555555555555";

const requests: Readonly<Record<string, ApiRequest>> = {
  "version 4": await catchRequest((answer) =>
    cloudFrontClient(credentials, answer).send(new ListFunctionsCommand({})),
  ),
  "version 4A": await catchRequest((answer) =>
    keyValueStoreClient(credentials, answer).send(new GetKeyCommand({ KvsARN, Key: "a" })),
  ),
};

console.log("signature   µs per request (median of 9 runs)");
for (const [name, request] of Object.entries(requests)) {
  const runs: number[] = [];
  for (let run = 0; run < 10; run++) runs.push(await measure(request));
  const [, ...warm] = runs;
  const median = warm.toSorted((a, b) => a - b)[4]!;
  console.log(`${name.padEnd(10)}  ${median.toFixed(0).padStart(5)}`);
}

async function measure(request: ApiRequest): Promise<number> {
  const start = process.hrtime.bigint();
  for (let round = 0; round < rounds; round++) await authenticate(request);
  return Number(process.hrtime.bigint() - start) / rounds / 1000;
}
