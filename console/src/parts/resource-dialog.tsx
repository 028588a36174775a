/**
 * A dialog that makes something which has a name, or changes what is there: that is read anew with its ETag, and where somebody
 * else was first, what theirs and one's own differ in is shown.
 */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { isConflict } from "../api/api-refusal.ts";
import { Conflict } from "./conflict.tsx";
import { Fields } from "./fields.tsx";
import { FormDialog } from "./form-dialog.tsx";
import { TextField } from "./text-field.tsx";
import { notify } from "./toasts.tsx";
import { Trouble } from "./trouble.tsx";

/** What is changed, as it is now. */
interface Standing<Settings> {
  readonly settings: Settings;
  readonly etag: string;
}

export interface There<Settings> {
  readonly name: string;
  readonly read: () => Promise<Standing<Settings>>;
  /** @throws ApiRefusal, when somebody was first */
  readonly update: (settings: Settings, etag: string, signal: AbortSignal) => Promise<unknown>;
}

export function ResourceDialog<Settings extends object>({
  kind,
  first,
  textOf,
  there,
  isReady = true,
  create,
  onDone,
  onClose,
  children,
}: {
  /** Like "tenant". */
  readonly kind: string;
  /** What is shown, and can't be changed, until it was read; or of a new one. */
  readonly first: Settings;
  /** A line for each setting, by which two are compared. */
  readonly textOf: (settings: Settings) => string;
  /** Undefined for a new one. */
  readonly there: There<Settings> | undefined;
  /** Whether what may be chosen is known. */
  readonly isReady?: boolean;
  readonly create: (name: string, settings: Settings, signal: AbortSignal) => Promise<unknown>;
  readonly onDone: () => void;
  readonly onClose: () => void;
  readonly children: (
    settings: Settings,
    change: (changed: Partial<Settings>) => void,
  ) => ComponentChildren;
}): JSX.Element {
  const [name, setName] = useState(there?.name ?? "");
  const [settings, setSettings] = useState(first);
  const [etag, setEtag] = useState<string>();
  const [theirs, setTheirs] = useState<Standing<Settings>>();
  const [unread, setUnread] = useState<unknown>();
  useEffect(() => {
    // What is shown came from a list, and may be older than its ETag.
    there?.read().then((now) => {
      setEtag(now.etag);
      setSettings(now.settings);
    }, setUnread);
  }, []);
  const isRead = there === undefined || etag !== undefined;
  const leaveConflict = (now: Standing<Settings>): void => {
    setEtag(now.etag);
    setTheirs(undefined);
  };
  const act = async (signal: AbortSignal): Promise<void> => {
    try {
      if (there === undefined) await create(name, settings, signal);
      else await there.update(settings, etag ?? "", signal);
    } catch (failure) {
      if (there === undefined || !isConflict(failure)) throw failure;
      setTheirs(await there.read());
      return;
    }
    notify(there === undefined ? `Made ${name}` : `Saved ${name}`);
    onDone();
  };
  return (
    <FormDialog
      title={there === undefined ? `New ${kind}` : `Change the ${kind} ${name}`}
      doing={there === undefined ? `make the ${kind}` : `save ${name}`}
      verb={there === undefined ? "Create" : "Save"}
      isWide={theirs !== undefined}
      isReady={isReady && theirs === undefined && isRead}
      act={act}
      onClose={onClose}
    >
      {unread !== undefined && <Trouble error={unread} doing={`read ${name}`} />}
      {theirs !== undefined && (
        <Conflict
          theirs={textOf(theirs.settings)}
          mine={textOf(settings)}
          onTake={() => {
            setSettings(theirs.settings);
            leaveConflict(theirs);
          }}
          onKeep={() => leaveConflict(theirs)}
        />
      )}
      {there === undefined && (
        <TextField label="Name" required autofocus isCode value={name} onText={setName} />
      )}
      <Fields isLocked={!isRead}>
        {children(settings, (changed) => setSettings((before) => ({ ...before, ...changed })))}
      </Fields>
    </FormDialog>
  );
}
