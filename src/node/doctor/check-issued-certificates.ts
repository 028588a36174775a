/** Whether certificates that ACME has brought are renewed in time, and can be opened by this node's key. */
import { failingNames } from "../acme/certificate-orders.ts";
import { validityOf } from "../acme/renewal-time.ts";
import { keyRemedy, KeyWatch } from "../key-match.ts";
import type { NodeOptions } from "../options.ts";
import type { State } from "../../state/state.ts";
import { failure, ok, warning, type Finding } from "./finding.ts";

/** One is renewed when a third of its time is left: what has less than a quarter was tried, or nobody tries. */
const warnedPart = 1 / 4;

type OfCertificates = Pick<State, "certificates" | "certificateOrders">;

/** @returns nothing where ACME has brought none, and none is ordered */
export function checkIssuedCertificates(
  state: OfCertificates,
  named: Pick<NodeOptions, "data" | "certificateKeyFile">,
  now: Date,
): readonly Finding[] {
  const { certificates } = state;
  const late = [...certificates.values()].flatMap((issued) => judge(issued, now));
  const failing = failingNames(state).map((name) => failed(state, name));
  if (certificates.isEmpty()) return failing;
  const says = `${certificates.size} by ACME, of which ${late.length} should have been renewed`;
  const all = late.length === 0 ? [ok("issued certificates", says)] : [];
  return [...all, ...late, ...failing, ...checkKey(state, named)];
}

function judge(issued: Parameters<typeof validityOf>[0], now: Date): Finding[] {
  const about = `issued certificate ${issued.name}`;
  const remedy =
    "Look why in the log of the control plane with --acme-email; where there is none, start one";
  try {
    const { from, to } = validityOf(issued);
    const left = to - now.getTime();
    const says = `good until ${new Date(to).toISOString()}`;
    if (from > now.getTime()) {
      const begins = `good from ${new Date(from).toISOString()}, and this machine's clock says ${now.toISOString()}`;
      return [failure(about, begins, "Set the clock: an authority gives none ahead of time")];
    }
    if (left <= 0) return [failure(about, `${says}, which is over`, remedy)];
    if (left < (to - from) * warnedPart) return [warning(about, says, remedy)];
    return [];
  } catch (error) {
    return [failure(about, `it cannot be read: ${(error as Error).message}`, remedy)];
  }
}

function failed({ certificateOrders }: OfCertificates, name: string): Finding {
  const { failures, holder, until } = certificateOrders.get(name)!;
  const times = failures === 1 ? "once" : `${failures} times in a row`;
  return warning(
    `order for ${name}`,
    `it has failed ${times}; ${holder} tries again at ${until}`,
    `Look why in the log of that control plane: whether ${name} leads to an edge of yours, on ports 80 or 443, is what mostly is wrong`,
  );
}

function checkKey(
  state: OfCertificates,
  named: Pick<NodeOptions, "data" | "certificateKeyFile">,
): Finding[] {
  const about = "certificate key";
  try {
    const trouble = new KeyWatch(named).findTrouble(state);
    if (trouble === undefined)
      return [ok(about, "it opens all certificates that ACME has brought")];
    return [failure(about, trouble, keyRemedy)];
  } catch (error) {
    return [failure(about, (error as Error).message, keyRemedy)];
  }
}
