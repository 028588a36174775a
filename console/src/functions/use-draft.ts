/**
 * A function's code as it is in the editor: what is saved, and what somebody has typed since, which outlives a reload.
 * Whoever else saves meanwhile is noticed, and nothing of either is lost.
 */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { readCode, saveFunction, type FunctionSettings } from "../api/functions.ts";
import { useData } from "../api/use-data.ts";

interface Content {
  readonly settings: FunctionSettings;
  readonly source: string;
}

interface Stored extends Content {
  readonly baseEtag: string;
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
  const [known, setKnown] = useState<{ readonly name: string; readonly stored: Stored }>();
  const mine = known?.name === name ? known.stored : undefined;

  useEffect(() => {
    if (saved.data === undefined || mine !== undefined) return;
    const { content, etag } = saved.data;
    setKnown({ name, stored: recall(name) ?? { ...content, baseEtag: etag } });
  }, [name, saved.data, mine]);

  const put = useCallback(
    (stored: Stored, isChanged: boolean): void => {
      setKnown({ name, stored });
      if (isChanged) remember(name, stored);
      else forget(name);
    },
    [name],
  );

  // Who has typed nothing follows what is saved.
  const isSame = mine !== undefined && base !== undefined && isEqual(mine, base.content);
  const isUntouched = mine !== undefined && recall(name) === undefined;
  useEffect(() => {
    if (saved.data === undefined || mine === undefined) return;
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
        put({ ...mine, baseEtag: etag }, false);
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
  const text = sessionStorage.getItem(placeOf(name));
  return text === null ? undefined : (JSON.parse(text) as Stored);
}

function remember(name: string, stored: Stored): void {
  sessionStorage.setItem(placeOf(name), JSON.stringify(stored));
}

function forget(name: string): void {
  sessionStorage.removeItem(placeOf(name));
}
