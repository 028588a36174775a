/**
 * The text of everything that is evaluated inside an isolate before a customer's code is.
 *
 * The functions of guest/ are written and checked as TypeScript here and travel as text, so each
 * may use only its parameters and the language. Their order matters: the kit takes the built-ins
 * first, the globals are bent next, and the realm is frozen last.
 */
import { builtinNames } from "./builtin-names.ts";
import { builtinCharges, chargesSource } from "./charges.ts";
import { globalNames } from "./global-names.ts";
import { guestChargeBuiltins } from "./guest/charge-builtins.ts";
import { guestBuffer } from "./guest/buffer.ts";
import { guestBufferMethods } from "./guest/buffer-methods.ts";
import { guestByteStrings } from "./guest/byte-strings.ts";
import { guestBytes } from "./guest/bytes.ts";
import { guestCrypto } from "./guest/crypto.ts";
import { guestHashes } from "./guest/hashes.ts";
import { guestJson } from "./guest/json.ts";
import { guestOwnErrors } from "./guest/own-errors.ts";
import { guestPcre } from "./guest/pcre.ts";
import { guestPcreGrammar } from "./guest/pcre-grammar.ts";
import { guestPromises } from "./guest/promises.ts";
import { guestQuerystring } from "./guest/querystring.ts";
import { guestRegExp } from "./guest/regexp.ts";
import { guestSymbols } from "./guest/symbols.ts";
import { guestTextCoding } from "./guest/text-coding.ts";
import { guestBuildEvent } from "./guest/build-event.ts";
import { guestCbor } from "./guest/cbor.ts";
import { type EdgeLocation, guestCloudfront } from "./guest/cloudfront.ts";
import { guestChance } from "./guest/chance.ts";
import { guestCompareMaps } from "./guest/compare-maps.ts";
import { guestConnection } from "./guest/connection.ts";
import { guestCompileCost } from "./guest/compile-cost.ts";
import { guestConsole } from "./guest/console.ts";
import { guestCwt } from "./guest/cwt.ts";
import { guestDates } from "./guest/dates.ts";
import { guestErrorText } from "./guest/error-text.ts";
import { guestEventMaps } from "./guest/event-maps.ts";
import { guestEventOrder } from "./guest/event-order.ts";
import { guestExpandTemplate } from "./guest/expand-template.ts";
import { guestFreezeRealm } from "./guest/freeze-realm.ts";
import { guestHeaderShapes } from "./guest/header-shapes.ts";
import { guestGlobals } from "./guest/globals.ts";
import { guestInvoke } from "./guest/invoke.ts";
import { guestKit } from "./guest/kit.ts";
import { guestMeteredJoin } from "./guest/metered-join.ts";
import { guestMeteredMatch } from "./guest/metered-match.ts";
import { guestMeteredReplace } from "./guest/metered-replace.ts";
import { guestModules } from "./guest/modules.ts";
import { guestMtls } from "./guest/mtls.ts";
import { guestReadAnswer } from "./guest/read-answer.ts";
import { guestShowList } from "./guest/show-list.ts";
import { hiddenMark } from "./hidden-values.ts";
import { logLimitBytes, memoryLimitBytes, stepLimit } from "./limits.ts";
import type { RuntimeName } from "./runtime-name.ts";

/** An edge location that is nowhere: this machine. */
export const here: EdgeLocation = { name: "LOC", serverIp: "127.0.0.1", region: "us-east-1" };

/** What V8 calls the script that is a function's: errors know by it which of their lines are the author's. */
export const functionFile = "handler.js";

/**
 * @param place what cf.edgeLocation says
 * @returns a script's text; it evaluates to a function that takes whether to freeze the realm and
 *   a function that reads the key value store, and returns the guest's three entry points
 */
export function guestSource(runtime: RuntimeName, place: EdgeLocation = here): string {
  const is20 = runtime === "cloudfront-js-2.0";
  return `(function (frozen, readStore) { "use strict";
const kit = (${guestKit.toString()})(${stepLimit}, ${memoryLimitBytes});
const errors = (${guestErrorText.toString()})(kit, ${!is20}, "${functionFile}");
(${guestOwnErrors.toString()})(kit, errors);
const bytes = (${guestBytes.toString()})(kit, ${!is20});
const hashes = (${guestHashes.toString()})(kit);
const buffers = ${is20 ? `(${guestBuffer.toString()})(kit, bytes)` : "undefined"};
if (buffers !== undefined) (${guestBufferMethods.toString()})(kit, bytes, buffers);
(${guestTextCoding.toString()})(kit, bytes, ${is20});
const table = {
  __proto__: null,
  crypto: (${guestCrypto.toString()})(kit, bytes, hashes, buffers && buffers.view),
  querystring: (${guestQuerystring.toString()})(kit, bytes),
};
if (buffers !== undefined) table.buffer = buffers.module;
${is20 ? "" : `(${guestByteStrings.toString()})(kit, bytes);`}
(${guestJson.toString()})(kit);
(${guestRegExp.toString()})(kit, (${guestPcre.toString()})(kit.slice, ${is20}, (${guestPcreGrammar.toString()})(kit.slice)), (${guestCompileCost.toString()})(), "${is20 ? "gimy" : "gim"}");
(${guestPromises.toString()})(kit, errors);
(${guestDates.toString()})(kit);
(${guestChance.toString()})(kit);
const cloudfront = ${is20 ? `(${guestCloudfront.toString()})(kit, () => readStore, (${guestCwt.toString()})(kit, bytes, (${guestCbor.toString()})(kit, bytes, buffers.view), hashes, buffers.view), (${guestMtls.toString()})(kit), ${JSON.stringify(place)})` : "undefined"};
if (cloudfront !== undefined) table.cloudfront = cloudfront.module;
const order = (${guestEventOrder.toString()})(kit);
(${guestChargeBuiltins.toString()})(kit, ${chargesSource(builtinCharges)});
(${guestMeteredJoin.toString()})(kit);
const expand = (${guestExpandTemplate.toString()})(kit);
(${guestMeteredMatch.toString()})(kit, expand);
(${guestMeteredReplace.toString()})(kit, expand);
(${guestSymbols.toString()})(kit);
(${guestGlobals.toString()})(kit, ${JSON.stringify(globalNames(runtime))}, ${JSON.stringify(builtinNames(runtime))});
const logs = (${guestConsole.toString()})(kit, bytes, (${guestShowList.toString()})(kit), ${logLimitBytes});
const modules = (${guestModules.toString()})(kit, table, cloudfront);
const shapes = (${guestHeaderShapes.toString()})(kit);
const maps = (${guestEventMaps.toString()})(kit, "${hiddenMark}");
const events = (${guestBuildEvent.toString()})(kit, maps, shapes, "${hiddenMark}");
const answers = (${guestReadAnswer.toString()})(kit, maps, (${guestCompareMaps.toString()})(kit), order);
const connections = (${guestConnection.toString()})(kit);
const entry = (${guestInvoke.toString()})({ kit, shapes, events, answers, errors, logs, modules, connections });
(${guestFreezeRealm.toString()})(kit, errors, frozen, table);
return entry;
})`;
}
