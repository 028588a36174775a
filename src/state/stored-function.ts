/**
 * A function as a snapshot keeps it: each text of its code once, however many copies have it.
 *
 * Most functions run what they were last edited to be, so what a copy does not say is DEVELOPMENT's.
 */
import type { CloudFrontFunction, FunctionCopy } from "../model/function.ts";
import {
  findVersion,
  publishedOnce,
  type FunctionVersion,
  type Published,
  type VersionShare,
} from "../model/function-versions.ts";

interface StoredCopy extends Omit<FunctionCopy, "code"> {
  /** An index of `codes`; absent where it is what DEVELOPMENT holds. */
  readonly code?: number;
}

interface StoredVersion extends Omit<FunctionVersion, "copy"> {
  readonly copy: StoredCopy;
}

interface StoredPublished extends Omit<Published, "versions" | "shares"> {
  readonly versions: readonly StoredVersion[];
  readonly shares: readonly VersionShare[];
}

export interface StoredFunction extends Omit<CloudFrontFunction, "live" | "published"> {
  readonly live?: StoredCopy;
  readonly published?: StoredPublished;
  /** In base64. */
  readonly codes?: readonly string[];
}

/** Up to format 7: LIVE's code is left out where it is DEVELOPMENT's. */
export interface FunctionOfFormat7 extends Omit<CloudFrontFunction, "live" | "published"> {
  readonly live?: Omit<FunctionCopy, "code"> & { readonly code?: string };
}

export function storeFunction(fn: CloudFrontFunction): StoredFunction {
  const { live, published, ...rest } = fn;
  if (live === undefined || published === undefined) return rest;
  const indexes = new Map<string, number>();
  const store = ({ code, ...copy }: FunctionCopy): StoredCopy => {
    if (code === fn.development.code) return copy;
    const index = indexes.get(code) ?? indexes.size;
    indexes.set(code, index);
    return { ...copy, code: index };
  };
  return {
    ...rest,
    live: store(live),
    published: {
      ...published,
      versions: published.versions.map((version) => ({ ...version, copy: store(version.copy) })),
      shares: published.shares.map(({ version, share }) => ({ version, share })),
    },
    codes: [...indexes.keys()],
  };
}

/** @throws when it is not what {@link storeFunction} made */
export function restoreFunction(stored: StoredFunction): CloudFrontFunction {
  const { live, published, codes = [], ...fn } = stored;
  if (live === undefined || published === undefined) return fn;
  const restore = ({ code: index, ...copy }: StoredCopy): FunctionCopy => {
    const code = index === undefined ? fn.development.code : codes[index];
    if (code === undefined) throw new Error(`There is no code ${index} of "${fn.name}"`);
    return { ...copy, code };
  };
  const versions = published.versions.map((one) => ({ ...one, copy: restore(one.copy) }));
  const shares = published.shares.map((share) => {
    const version = findVersion({ versions }, share.version);
    if (version === undefined) throw new Error(`"${fn.name}" has no version ${share.version}`);
    return { ...share, copy: version.copy };
  });
  return { ...fn, live: restore(live), published: { ...published, versions, shares } };
}

/** What a log from before versions were kept comes to. */
export function upgradeFunction({ live, ...fn }: FunctionOfFormat7): StoredFunction {
  if (live === undefined) return fn;
  return storeFunction(publishedOnce(fn, { ...live, code: live.code ?? fn.development.code }));
}
