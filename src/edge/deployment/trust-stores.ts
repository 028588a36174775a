/** The authorities that viewers' certificates may be of, as a distribution's trust store has them. */
import { Authorities, readAuthorities } from "../../certificates/authorities.ts";
import type { ResourceConfigs } from "../../model/resource.ts";
import type { State } from "../../state/state.ts";

type Config = ResourceConfigs["trust-store"];

/** By configuration, which is the same object as long as it did not change. */
const known = new WeakMap<Config, Authorities>();
const nobody = new Authorities([]);

/** @returns none, where there is no such store, or it has never had a bundle that could be read */
export function authoritiesAt({ resources }: Pick<State, "resources">, id: string): Authorities {
  const config = resources.get("trust-store")?.get(id)?.config as Config | undefined;
  if (config?.Bundle === undefined) return nobody;
  let authorities = known.get(config);
  if (authorities === undefined) {
    authorities = readBundle(config.Bundle);
    known.set(config, authorities);
  }
  return authorities;
}

/** One that was taken once and is none to this version trusts nobody. */
function readBundle(bundle: string): Authorities {
  try {
    return new Authorities(readAuthorities(bundle));
  } catch {
    return nobody;
  }
}
