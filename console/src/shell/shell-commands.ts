/** What the palette can do wherever one is. */
import { recentDistributions } from "../api/distributions.ts";
import { recentFunctions } from "../api/functions.ts";
import { listStores } from "../api/key-value-stores.ts";
import { addCommands } from "../way/palette-commands.ts";
import { navigate } from "../way/router.ts";
import { chooseTheme, themes } from "../base/theme.ts";
import { views } from "./views.ts";

export function addShellCommands(): void {
  addCommands("views", async () =>
    views.flatMap(({ path, nav }) =>
      nav === undefined
        ? []
        : [
            {
              ...{ id: `go ${path}`, label: nav.label, group: "Go to", icon: nav.icon },
              run: () => navigate(path),
            },
          ],
    ),
  );
  addCommands("functions", async () =>
    (await recentFunctions()).map(({ name }) => ({
      ...{ id: `function ${name}`, label: name, group: "Function", icon: "function" as const },
      run: () => navigate(`/functions/${encodeURIComponent(name)}`),
    })),
  );
  addCommands("distributions", async () =>
    (await recentDistributions()).map(({ id, domain_name: domain, comment = "", aliases }) => ({
      ...{ id: `distribution ${id}`, label: comment || (aliases?.items?.[0] ?? domain) },
      ...{ group: "Distribution", icon: "distribution" as const },
      run: () => navigate(`/distributions/${encodeURIComponent(id)}`),
    })),
  );
  addCommands("new distribution", async () => [
    {
      ...{ id: "new distribution", label: "New distribution", group: "Create" },
      ...{ icon: "plus" as const, run: () => navigate("/distributions?new") },
    },
  ]);
  addCommands("stores", async () =>
    (await listStores()).map(({ name }) => ({
      ...{ id: `store ${name}`, label: name, group: "Key value store", icon: "store" as const },
      run: () => navigate(`/stores/${encodeURIComponent(name)}`),
    })),
  );
  addCommands("new store", async () => [
    {
      ...{ id: "new store", label: "New key value store", group: "Create" },
      ...{ icon: "plus" as const, run: () => navigate("/stores?new") },
    },
  ]);
  addCommands("new function", async () => [
    {
      ...{ id: "new function", label: "New function", group: "Create", icon: "plus" as const },
      run: () => navigate("/functions?new"),
    },
  ]);
  addCommands("themes", async () =>
    themes.map((each) => ({
      id: `theme ${each}`,
      label: `Theme: ${each === "auto" ? "as the system has it" : each}`,
      group: "Look",
      icon:
        each === "auto"
          ? ("auto" as const)
          : each === "light"
            ? ("sun" as const)
            : ("moon" as const),
      run: () => chooseTheme(each),
    })),
  );
}
