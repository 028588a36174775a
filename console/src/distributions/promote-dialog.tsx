/** What a promotion changes for all viewers, before it is done. */
import type { JSX } from "preact";
import { readDistribution, type Distribution } from "../api/distributions.ts";
import { promote } from "../api/staging.ts";
import { useData } from "../api/use-data.ts";
import { FormDialog } from "../parts/form-dialog.tsx";
import { TextDiff } from "../parts/text-diff.tsx";
import { Trouble } from "../parts/trouble.tsx";

export function PromoteDialog({
  primary,
  staging,
  onClose,
  onDone,
}: {
  /** Ids, as the other. */
  readonly primary: string;
  readonly staging: string;
  readonly onClose: () => void;
  readonly onDone: (primary: Distribution) => void;
}): JSX.Element {
  const both = useData(`${primary} and ${staging}`, () =>
    Promise.all([readDistribution(primary), readDistribution(staging)]),
  );
  const act = async (signal: AbortSignal): Promise<void> => {
    if (both.data === undefined) return;
    try {
      onDone(await promote(...both.data, signal));
    } catch (failure) {
      // Whoever was first, what is shown is not what it would be now.
      both.reload();
      throw failure;
    }
  };
  const [before, after] = both.data?.map(textOf) ?? [];
  const isSame = before !== undefined && before === after;
  return (
    <FormDialog
      title="Promote what was tried"
      doing="promote it"
      verb="Promote"
      icon="publish"
      isWide
      isReady={both.data !== undefined && !isSame}
      act={act}
      onClose={onClose}
    >
      {both.error !== undefined && <Trouble error={both.error} doing="read what changes" />}
      <p>
        This distribution takes over what the staging one is configured to do, for all viewers. Host
        names stay; the policy is disabled.
      </p>
      {both.isReading && <p class="hint">Reading what changes …</p>}
      {before !== undefined &&
        after !== undefined &&
        (isSame ? (
          <p class="note note-warn">
            Both are configured to do the same: there is nothing to promote.
          </p>
        ) : (
          <TextDiff before={before} after={after} label="What changes" />
        ))}
    </FormDialog>
  );
}

/** Without what names a distribution, which stays as it is. */
function textOf({ distribution_config: config }: Distribution): string {
  const {
    staging: _staging,
    aliases: _aliases,
    continuous_deployment_policy_id: _policy,
    ...rest
  } = config;
  const shown: Record<string, unknown> = { ...rest };
  delete shown["caller_reference"];
  return `${JSON.stringify(shown, undefined, 2)}\n`;
}
