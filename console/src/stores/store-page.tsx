/** One store: its pairs, found, changed, imported and exported, and which functions read it. */
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { deleteStore, readContent, readStore, type StoreContent } from "../api/key-value-stores.ts";
import { useData } from "../api/use-data.ts";
import { byteSize } from "../base/quantities.ts";
import { readFile } from "../base/read-file.ts";
import { saveFile } from "../base/save-file.ts";
import { useStore } from "../base/use-store.ts";
import { Button } from "../parts/button.tsx";
import { DeletionDialog } from "../parts/deletion-dialog.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { Icon } from "../parts/icon.tsx";
import { Progress } from "../parts/progress.tsx";
import { notify, notifyTrouble } from "../parts/toasts.tsx";
import { Trouble, troubleText } from "../parts/trouble.tsx";
import { Link } from "../way/link.tsx";
import { addCommands } from "../way/palette-commands.ts";
import { navigate, place } from "../way/router.ts";
import type { ViewProps } from "../way/view.ts";
import { importPairs } from "./import-pairs.ts";
import { LoadedPairs } from "./loaded-pairs.ts";
import { PairList } from "./pair-list.tsx";
import { PairOpener } from "./pair-opener.tsx";
import { pairsFile, readPairsFile } from "./read-pairs-file.ts";
import { StoreReaders } from "./store-readers.tsx";
import { usePairs } from "./use-pairs.ts";

const everyMs = 3000;
export function StorePage({ params }: ViewProps): JSX.Element {
  const { name = "" } = params;
  const store = useData(`store ${name}`, (signal) => readStore(name, signal));
  const arn = store.data?.arn;
  const content = useData(
    arn === undefined ? undefined : `content ${arn}`,
    (signal) => readContent(arn ?? "", signal),
    { everyMs },
  );
  const error = store.error ?? content.error;
  if (arn === undefined || content.data === undefined) {
    return error === undefined ? (
      <p class="quiet">Reading {name} …</p>
    ) : (
      <Trouble
        isPage
        error={error}
        doing={`read the store ${name}`}
        home={["/stores", "All stores"]}
        onRetry={store.reload}
      />
    );
  }
  return (
    <OpenStore
      key={arn}
      {...{ name, arn, comment: store.data?.comment ?? "", content: content.data }}
      onChanged={content.reload}
    />
  );
}

interface Work {
  readonly label: string;
  readonly done: number;
  readonly all: number;
  readonly stop: () => void;
}

function OpenStore({
  name,
  arn,
  comment,
  content,
  onChanged,
}: {
  readonly name: string;
  readonly arn: string;
  readonly comment: string;
  readonly content: StoreContent;
  readonly onChanged: () => void;
}): JSX.Element {
  const { query } = useStore(place);
  const home = `/stores/${encodeURIComponent(name)}`;
  const search = query.get("search") ?? "";
  const open = query.get("key");
  const [work, setWork] = useState<Work>();
  const [isDeleting, setDeleting] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const isWorking = work !== undefined;
  const { pairs, isComplete, readMore, error } = usePairs(arn, content.etag, search, isWorking);
  const found = useMemo(() => {
    const wanted = search.toLowerCase();
    if (wanted === "") return pairs;
    return pairs.filter(({ key, value }) =>
      [key, value].some((text) => text.toLowerCase().includes(wanted)),
    );
  }, [pairs, search]);
  const go = (changed: Readonly<Record<string, string | undefined>>): void => {
    const next = new URLSearchParams(query);
    for (const [member, value] of Object.entries(changed)) {
      if (value === undefined || (member === "search" && value === "")) next.delete(member);
      else next.set(member, value);
    }
    const text = next.toString();
    navigate(text === "" ? home : `${home}?${text}`, { replaces: true });
  };
  const run = async (
    label: string,
    all: number,
    job: (ending: AbortController) => Promise<void>,
  ) => {
    const ending = new AbortController();
    setWork({ label, done: 0, all, stop: () => ending.abort() });
    try {
      await job(ending);
    } catch (failure) {
      notifyTrouble(failure);
    }
    setWork(undefined);
    onChanged();
  };
  const progress = (done: number): void =>
    setWork((before) => (before === undefined ? before : { ...before, done }));
  const importFile = async (file: File): Promise<void> => {
    const read = await readFile(file).then(readPairsFile, (failure: Error) => failure.message);
    if (typeof read === "string") {
      notify(`${file.name}: ${read}`, "bad");
      return;
    }
    await run("Importing", read.length, async (ending) => {
      let done = 0;
      const note = (count: number): void => {
        done = count;
        progress(count);
      };
      try {
        await importPairs(arn, read, note, ending.signal);
      } catch (failure) {
        const why = troubleText(failure);
        notify(`${done} of ${read.length} keys are imported, and no more: ${why}`, "bad");
        return;
      }
      notify(
        done === read.length
          ? `Imported ${done} keys`
          : `Stopped: ${done} of ${read.length} keys are imported`,
      );
    });
  };
  const exportAll = (): Promise<void> =>
    run("Exporting", content.item_count, async (ending) => {
      const all = new LoadedPairs(arn);
      await all.readAll(() => progress(all.pairs.length), ending.signal);
      if (ending.signal.aborted) return;
      saveFile(`${name}.json`, pairsFile(all.pairs));
      notify(`Exported ${all.pairs.length} keys`);
    });
  useEffect(
    () =>
      addCommands("store", async () => [
        {
          ...{ id: "new key", label: "New key", group: name, icon: "plus" as const },
          run: () => go({ key: "" }),
        },
        {
          ...{ id: "import", label: "Import a file", group: name, icon: "import" as const },
          run: () => picker.current?.click(),
        },
        {
          ...{ id: "export", label: "Export all keys", group: name, icon: "export" as const },
          run: () => void exportAll(),
        },
      ]),
    [name, content],
  );

  return (
    <>
      <header class="page-head">
        <div>
          <p class="crumbs">
            <Link to="/stores">Key value stores</Link>
          </p>
          <h1 class="breaks">{name}</h1>
          <p class="quiet">
            {comment !== "" && `${comment} · `}
            {content.item_count === 1 ? "1 key" : `${content.item_count} keys`},{" "}
            {byteSize(content.total_size_in_bytes)}
            <StoreReaders arn={arn} />
          </p>
        </div>
        <div class="row">
          <input
            ref={picker}
            type="file"
            class="unseen"
            tabIndex={-1}
            aria-label="A file to import"
            accept=".json,application/json"
            onChange={(event) => {
              const { files } = event.currentTarget;
              const file = files?.[0];
              if (file) void importFile(file);
              event.currentTarget.value = "";
            }}
          />
          <Button
            kind="quiet"
            icon="trash"
            label="Delete this store"
            disabled={isWorking}
            onClick={() => setDeleting(true)}
          />
          <Button icon="import" disabled={isWorking} onClick={() => picker.current?.click()}>
            Import
          </Button>
          <Button
            icon="export"
            disabled={isWorking || content.item_count === 0}
            onClick={() => void exportAll()}
          >
            Export
          </Button>
          <Button kind="primary" icon="plus" onClick={() => go({ key: "" })}>
            New key
          </Button>
        </div>
      </header>
      {work && (
        <section class="card card-body row store-work" aria-label={work.label}>
          <div class="grow">
            <Progress
              label={work.label}
              done={work.done}
              all={work.all}
              text={`${work.label}: ${work.done} of ${work.all} keys`}
            />
          </div>
          <Button isSmall icon="stop" onClick={work.stop}>
            Stop
          </Button>
        </section>
      )}
      {error !== undefined && <Trouble error={error} doing="read the keys" />}
      {content.item_count === 0 && !isWorking ? (
        <EmptyState
          icon="store"
          title="It holds no key yet"
          actions={
            <>
              <Button kind="primary" icon="plus" onClick={() => go({ key: "" })}>
                New key
              </Button>
              <Button icon="import" onClick={() => picker.current?.click()}>
                Import a file
              </Button>
            </>
          }
        >
          <p>
            A file is in CloudFront's format,{" "}
            <code>{'{"data": [{"key": "a", "value": "b"}]}'}</code>, or a plain object. A function
            reads the store once it is named in its settings.
          </p>
        </EmptyState>
      ) : (
        <>
          <div class="toolbar">
            <label class="search">
              <Icon name="search" />
              <input
                type="search"
                placeholder="Search keys and values"
                aria-label="Search keys and values"
                spellcheck={false}
                value={search}
                onInput={(event) => go({ search: event.currentTarget.value })}
              />
            </label>
            <span class="quiet num" role="status">
              {search === ""
                ? `${content.item_count} keys`
                : isComplete
                  ? `${found.length} found`
                  : `${found.length} found in ${pairs.length} of ${content.item_count} keys`}
            </span>
          </div>
          <PairList
            pairs={found}
            count={search === "" ? content.item_count : found.length}
            isComplete={isComplete}
            onOpen={(key) => go({ key })}
            onEnd={search === "" ? readMore : undefined}
          />
        </>
      )}
      {isDeleting && (
        <DeletionDialog
          name={name}
          onClose={() => setDeleting(false)}
          onDone={() => {
            notify(`Deleted ${name}`);
            navigate("/stores", { replaces: true });
          }}
          steps={[{ label: "Delete it", run: () => deleteStore(name) }]}
        >
          <p>
            {content.item_count === 0
              ? "It is empty"
              : `With it ${content.item_count === 1 ? "its key goes" : `its ${content.item_count} keys go`}`}
            ; no function may read it. <strong>Export</strong> keeps them.
          </p>
        </DeletionDialog>
      )}
      {open !== null && (
        <PairOpener
          key={open}
          {...{ arn, known: open, etag: content.etag }}
          onClose={() => go({ key: undefined })}
          onChanged={onChanged}
        />
      )}
    </>
  );
}
