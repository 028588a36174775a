/** Where one is, what the node is doing, and the way to everything else. */
import type { JSX } from "preact";
import { signedInKey, signOut } from "../api/signed-in-key.ts";
import { connection } from "../api/connection.ts";
import { useStore } from "../base/use-store.ts";
import { Button } from "../parts/button.tsx";
import { Icon } from "../parts/icon.tsx";
import { openPalette } from "../way/palette-commands.ts";
import { chooseTheme, theme, themes } from "../base/theme.ts";

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

export function TopBar(): JSX.Element {
  const standing = useStore(connection.standing);
  const chosen = useStore(theme);
  const key = useStore(signedInKey);
  const next = themes[(themes.indexOf(chosen) + 1) % themes.length]!;
  return (
    <header class="top">
      <button type="button" class="top-search" onClick={openPalette}>
        <Icon name="search" />
        <span class="top-search-text">Search or do something</span>
        <kbd>{isMac ? "⌘K" : "Ctrl K"}</kbd>
      </button>
      <div class="top-end">
        <span class={`standing standing-${standing}`} role="status">
          <span class="standing-dot" />
          <span class="standing-text">
            {standing === "down" ? "No answer, asking again …" : location.host}
          </span>
        </span>
        <Button
          kind="quiet"
          icon={chosen === "auto" ? "auto" : chosen === "light" ? "sun" : "moon"}
          label={`Theme: ${chosen}. Change to ${next}`}
          onClick={() => chooseTheme(next)}
        />
        {key && (
          <Button
            kind="quiet"
            icon="out"
            label={`Sign out ${key.accessKeyId}`}
            onClick={() => void signOut().then(() => location.reload())}
          />
        )}
      </div>
    </header>
  );
}
