/** Ctrl-K: goes anywhere and does anything, by its name. */
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { useStore } from "../base/use-store.ts";
import { Icon } from "../parts/icon.tsx";
import { useOutsideClick } from "../parts/use-outside-click.ts";
import {
  findCommands,
  gatherCommands,
  isPaletteOpen,
  type PaletteCommand,
} from "../way/palette-commands.ts";

/** More are found by more letters. */
const shownMax = 50;

export function Palette(): JSX.Element | null {
  return useStore(isPaletteOpen) ? <OpenPalette /> : null;
}

function OpenPalette(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const outside = useOutsideClick(dialog);
  const [commands, setCommands] = useState<readonly PaletteCommand[]>([]);
  /** Until all is read: undefined; then whether it could be. */
  const [isWhole, setWhole] = useState<boolean>();
  const [search, setSearch] = useState("");
  /** By its id: more may come before it. */
  const [chosenId, setChosenId] = useState<string>();
  // Before the next key comes: who presses Ctrl-K types on.
  useLayoutEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    let isOpen = true;
    const gathered = gatherCommands((more) => {
      if (isOpen) setCommands(more);
    });
    void gathered.then((whole) => {
      if (isOpen) setWhole(whole);
    });
    return () => {
      isOpen = false;
    };
  }, []);
  const found = useMemo(
    () => findCommands(commands, search).slice(0, shownMax),
    [commands, search],
  );
  const place = found.findIndex(({ id }) => id === chosenId);
  const chosen = place === -1 ? 0 : place;
  const run = (command: PaletteCommand | undefined): void => {
    if (command === undefined) return;
    dialog.current?.close();
    command.run();
  };
  const move = (by: number): void => {
    const next = (chosen + by + found.length) % Math.max(found.length, 1);
    setChosenId(found[next]?.id);
    document.querySelector(`#palette-${next}`)?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter") run(found[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <dialog
      ref={dialog}
      class="palette"
      aria-label="Search or do something"
      onClose={() => isPaletteOpen.set(false)}
      {...outside}
    >
      <div class="palette-search">
        <Icon name="search" />
        <input
          class="palette-input"
          role="combobox"
          aria-label="Search"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={found.length > 0 ? `palette-${chosen}` : undefined}
          aria-autocomplete="list"
          placeholder="Go to a function, publish, change the theme …"
          spellcheck={false}
          value={search}
          onInput={(event) => {
            setSearch(event.currentTarget.value);
            setChosenId(undefined);
          }}
          onKeyDown={onKeyDown}
        />
        <kbd>Esc</kbd>
      </div>
      <ul class="palette-list" id="palette-list" role="listbox" aria-label="Found">
        {found.map((command, index) => (
          <li
            key={command.id}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === chosen}
            class="palette-item"
            onMouseMove={() => setChosenId(command.id)}
            onClick={() => run(command)}
          >
            <Icon name={command.icon} />
            <span class="palette-label">{command.label}</span>
            <span class="palette-group">{command.group}</span>
            {command.keys !== undefined && <kbd>{command.keys}</kbd>}
          </li>
        ))}
      </ul>
      {found.length === 0 && isWhole === true && <p class="palette-none">Nothing is called so.</p>}
      {isWhole !== true && (
        <p class="palette-more" role="status">
          {isWhole === undefined
            ? "Reading what else there is …"
            : "What else there is could not all be read"}
        </p>
      )}
    </dialog>
  );
}
