/**
 * What many views have in common: one script, where each would otherwise be parted by which views have it, and dozens of little ones
 * be asked for and compressed one by one. The build brings it into every script (tools/build-console.ts).
 */
import "./api/distributions.ts";
import "./api/follow.ts";
import "./api/functions.ts";
import "./api/key-value-stores.ts";
import "./api/metrics.ts";
import "./api/nodes.ts";
import "./api/runs.ts";
import "./api/staging.ts";
import "./api/tenants.ts";
import "./api/use-data.ts";
import "./base/capitalized.ts";
import "./base/first-names.ts";
import "./base/load-page-again.ts";
import "./base/paced.ts";
import "./base/quantities.ts";
import "./base/read-file.ts";
import "./base/save-file.ts";
import "./base/theme.ts";
import "./base/use-store.ts";
import "./distributions/behaviors.ts";
import "./distributions/distribution-standing.tsx";
import "./parts/check-field.tsx";
import "./parts/deletion-dialog.tsx";
import "./parts/empty-state.tsx";
import "./parts/form-dialog.tsx";
import "./parts/keep-or-tell.ts";
import "./parts/later.tsx";
import "./parts/list-table.tsx";
import "./parts/progress.tsx";
import "./parts/skeleton.tsx";
import "./parts/tabs.tsx";
import "./parts/text-field.tsx";
import "./parts/toasts.tsx";
import "./way/palette-commands.ts";
