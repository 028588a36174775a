/**
 * A function's code as it is in the editor: what is saved, and what somebody has typed since, which outlives a reload.
 * Whoever else saves meanwhile is noticed, and nothing of either is lost.
 */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { readCode, saveFunction, type FunctionSettings } from "../api/functions.ts";
import { useData } from "../api/use-data.ts";
import { forgetKept, recallKept } from "../base/kept.ts";
import { keepOrTell } from "../parts/keep-or-tell.ts";

interface Content {
  readonly settings: FunctionSettings;
  readonly source: string;
}

interface Stored extends Content {
  readonly baseEtag: string;
}

interface Known {
  readonly name: string;
  readonly stored: Stored;
  /** Whether somebody has typed in it, as far as it is not what is saved. */
  readonly isTouched: boolean;
}

export interface Draft extends Content {
  /** Of what this began as. */
  readonly baseEtag: string;
  readonly isChanged: boolean;
  /** Whether somebody has saved something else since. */
  readonly isOutdated: boolean;
  readonly change: (content: Partial<Content>) => void;
  /** @throws ApiRefusal, when somebody was first */
  readonly save: () => Promise<string>;
  /** Lets go of what was typed, for what is saved. */
  readonly takeSaved: () => void;
  /** Goes on with what was typed, over what is saved. */
  readonly keepMine: () => void;
}

export interface LoadedDraft {
  readonly draft: Draft | undefined;
  readonly error: unknown;
  readonly reload: () => void;
}

/** @param savedEtag what DEVELOPMENT is at, as far as is known */
export function useDraft(name: string, savedEtag: string | undefined): LoadedDraft {
  const saved = useData(savedEtag && `${name} ${savedEtag}`, async (signal) => {
    const code = await readCode(name, "DEVELOPMENT", signal);
    const { comment, runtime, key_value_stores: keyValueStores, source, etag } = code;
    return { etag, content: { settings: { comment, runtime, keyValueStores }, source } };
  });
  // While another ETag is read, what was there before stands: the editor is not taken away at each save.
  const read = useRef<{ name: string; data: NonNullable<typeof saved.data> } | undefined>(
    undefined,
  );
  if (saved.data !== undefined) read.current = { name, data: saved.data };
  const base = read.current?.name === name ? read.current.data : undefined;
  const [known, setKnown] = useState<Known>();
  const mine = known?.name === name ? known.stored : undefined;
  /** One may type while it is saved. */
  const latest = useRef(mine);
  latest.current = mine;

  useEffect(() => {
    if (saved.data === undefined || mine !== undefined) return;
    const { content, etag } = saved.data;
    const kept = recall(name);
    const stored = kept ?? { ...content, baseEtag: etag };
    setKnown({ name, stored, isTouched: kept !== undefined });
  }, [name, saved.data, mine]);

  const put = useCallback(
    (stored: Stored, isTouched: boolean): void => {
      latest.current = stored;
      setKnown({ name, stored, isTouched });
      if (isTouched) remember(name, stored);
      else forget(name);
    },
    [name],
  );

  // Who has typed nothing follows what is saved.
  const isSame = mine !== undefined && base !== undefined && isEqual(mine, base.content);
  const isUntouched = mine !== undefined && known?.isTouched === false;
  useEffect(() => {
    if (saved.data === undefined || mine === undefined) return;
    // One may have typed since it was drawn.
    if (latest.current !== mine) return;
    if (mine.baseEtag === saved.data.etag || (!isUntouched && !isSame)) return;
    put({ ...saved.data.content, baseEtag: saved.data.etag }, false);
  }, [saved.data, mine, isUntouched, isSame]);

  if (mine === undefined || base === undefined) {
    return { draft: undefined, error: saved.error, reload: saved.reload };
  }
  const isOutdated = mine.baseEtag !== base.etag && !isUntouched && !isSame;
  return {
    error: undefined,
    reload: saved.reload,
    draft: {
      ...mine,
      isChanged: !isSame,
      isOutdated,
      change: (content) => {
        const next = { ...mine, ...content };
        put(next, !isEqual(next, base.content) || next.baseEtag !== base.etag);
      },
      save: async () => {
        const etag = await saveFunction(name, mine.settings, mine.source, mine.baseEtag);
        saved.set({ etag, content: mine });
        const now = latest.current ?? mine;
        put({ ...now, baseEtag: etag }, !isEqual(now, mine));
        return etag;
      },
      takeSaved: () => put({ ...base.content, baseEtag: base.etag }, false),
      keepMine: () => put({ ...mine, baseEtag: base.etag }, true),
    },
  };
}

function isEqual(one: Content, other: Content): boolean {
  return (
    one.source === other.source &&
    one.settings.comment === other.settings.comment &&
    one.settings.runtime === other.settings.runtime &&
    one.settings.keyValueStores.join() === other.settings.keyValueStores.join()
  );
}

function placeOf(name: string): string {
  return `footlight.draft.${name}`;
}

function recall(name: string): Stored | undefined {
  return recallKept("session", placeOf(name), isStored);
}

function remember(name: string, stored: Stored): void {
  keepOrTell("session", placeOf(name), stored);
}

function forget(name: string): void {
  forgetKept("session", placeOf(name));
}

function isStored(value: unknown): value is Stored {
  const { source, baseEtag, settings } = (value ?? {}) as Partial<Stored>;
  return (
    typeof source === "string" &&
    typeof baseEtag === "string" &&
    typeof settings?.comment === "string" &&
    typeof settings.runtime === "string" &&
    Array.isArray(settings.keyValueStores)
  );
}
