/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * The cloudfront module: key value store reads, and the helpers that choose an origin or the names
 * of a certificate's headers.
 *
 * An origin helper changes nothing here: what it was asked for is kept and returned with the
 * answer, for the edge to check and carry out, as CloudFront does after the handler returned.
 */
import type { CloudfrontModule } from "./modules.ts";
import type { GuestKit } from "./kit.ts";
import type { GuestMtls } from "./mtls.ts";

/**
 * Asks the host about the associated key value store.
 *
 * @param question "id", "get" or "meta"
 * @returns "" when there is none, else the answer behind a "+"
 */
export type ReadStore = (question: string, key: string) => string;

export interface EdgeLocation {
  /** Three-letter airport code. */
  readonly name: string;
  readonly serverIp: string;
  /** The expected Regional Edge Cache's region. */
  readonly region: string;
}

export function guestCloudfront(
  kit: GuestKit,
  readStore: () => ReadStore,
  cwt: object,
  mtls: GuestMtls,
  place: EdgeLocation,
): CloudfrontModule {
  "use strict";
  const { meter, slice, toText, Promise, Error, TypeError, parseJson } = kit;
  const resolve = (value: unknown): Promise<unknown> =>
    new Promise((fulfill) => {
      fulfill(value);
    });
  const reject = (error: unknown): Promise<unknown> =>
    new Promise((_fulfill, refuse) => {
      refuse(meter.thrown(error));
    });

  /** An error whose string form is one word, as CloudFront's are. */
  const named = (name: string): Error => {
    const error = new Error(name);
    error.name = "";
    return error;
  };

  const typeOf = (value: unknown): string => (value === null ? "null" : typeof value);

  /** The host notes what it was asked: the same answers make the same run. */
  const ask: ReadStore = (question, key) => readStore()(question, key);
  const read = (key: unknown): string => {
    meter.spend(6000);
    return ask("get", toText(key));
  };

  const kvs = function kvs(id?: unknown): object {
    meter.spend(2000);
    const associated = ask("id", "");
    if (associated === "" || (id !== undefined && id !== slice(associated, 1))) {
      throw named("KVSNamespaceNotFound");
    }
    return {
      get: function get(key: unknown, options?: unknown): Promise<unknown> {
        const answer = read(key);
        if (answer === "") return reject(named("KeyNotFound"));
        const text = slice(answer, 1);
        meter.allocate(text.length);
        const format =
          typeof options === "object" && options !== null
            ? (options as { format?: unknown }).format
            : undefined;
        if (format === undefined || format === "string") return resolve(text);
        if (format === "bytes") return resolve(kit.bytesOf(text));
        if (format !== "json") return reject(new TypeError(`unknown format "${toText(format)}"`));
        try {
          return resolve(kit.readJson(text));
        } catch (error) {
          return reject(error);
        }
      },
      exists: function exists(key: unknown): Promise<unknown> {
        return resolve(read(key) !== "");
      },
      meta: function meta(): Promise<unknown> {
        meter.spend(6000);
        return resolve(parseJson(slice(ask("meta", ""), 1)));
      },
    };
  };

  let origin = "";
  /** What cf.logCustomData() was given, as much of it as the host can use. */
  let logData = "";
  const remember =
    (helper: string) =>
    (...given: unknown[]): void => {
      meter.spend(4000);
      let text = "";
      for (let i = 0; i < given.length; i += 1) {
        const written = kit.writeJson(given[i]);
        text += `${i === 0 ? "" : ","}${written === undefined ? "null" : written}`;
      }
      meter.allocate(text.length);
      origin = `{"helper":"${helper}","arguments":[${text}]}`;
    };

  let isRequest = true;
  /** An edge location's three letters and its region, where the event is of another. */
  let elsewhere = "";
  /** A list in JSON: the id, then each parameter's name and value. Known while the handler runs, and no earlier. */
  let tenant = "";

  const distributionTenant = (): object => {
    meter.spend(2000);
    if (tenant === "") throw new TypeError("distributionTenant module is not available");
    meter.allocate(tenant.length);
    const told = parseJson(tenant) as string[];
    return {
      id: told[0],
      parameters: {
        get: function get(key: unknown): string {
          meter.spend(1000);
          const name = toText(key);
          for (let i = 1; i < told.length; i += 2) {
            if (told[i] === name) return told[i + 1] as string;
          }
          throw named("DistributionTenantParameterKeyNotFound");
        },
      },
    };
  };

  return {
    module: {
      kvs,
      cwt,
      mtls: mtls.module,
      /** Known to viewer-request functions; empty for the others. */
      get edgeLocation() {
        if (!isRequest) return {};
        const { serverIp } = place;
        return elsewhere === ""
          ? { name: place.name, serverIp, region: place.region }
          : { name: slice(elsewhere, 0, 3), serverIp, region: slice(elsewhere, 3) };
      },
      /** Of multi-tenant distributions alone. */
      get distributionTenant() {
        return distributionTenant();
      },
      /** The first 800 bytes of all that it is given stand in access logs. */
      logCustomData: function logCustomData(text?: unknown): void {
        meter.spend(400);
        if (typeof text !== "string") {
          throw new TypeError(`logCustomData takes a string, not ${typeOf(text)}`);
        }
        const room = 800 - logData.length;
        const kept = text.length > room ? slice(text, 0, room) : text;
        meter.allocate(kept.length);
        logData += kept;
      },
      updateRequestOrigin: remember("updateRequestOrigin"),
      selectRequestOriginById: remember("selectRequestOriginById"),
      createRequestOriginGroup: remember("createRequestOriginGroup"),
    },
    reset(): void {
      origin = "";
      logData = "";
      tenant = "";
      mtls.reset();
    },
    begin(forRequest: boolean, location: string): void {
      isRequest = forRequest;
      elsewhere = location;
      mtls.begin(forRequest);
    },
    beginHandler(told: string): void {
      tenant = told;
    },
    takeAsked(): string {
      const certificates = mtls.take();
      const first = origin === "" ? "" : `,"origin":${origin}`;
      const second = certificates === "" ? first : `${first},"certificates":[${certificates}]`;
      return logData === "" ? second : `${second},"logData":${kit.quote(logData)}`;
    },
  };
}
