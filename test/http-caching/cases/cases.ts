/** All cases, by what they are about. */
import type { Case } from "../case.ts";
import { age } from "./age.ts";
import { compression } from "./compression.ts";
import { conditions } from "./conditions.ts";
import { errors } from "./errors.ts";
import { freshness } from "./freshness.ts";
import { invalidation } from "./invalidation.ts";
import { keys } from "./keys.ts";
import { methods } from "./methods.ts";
import { parsing } from "./parsing.ts";
import { ranges } from "./ranges.ts";
import { requests } from "./requests.ts";
import { stale } from "./stale.ts";
import { storing } from "./storing.ts";
import { targeted } from "./targeted.ts";
import { validation } from "./validation.ts";
import { vary } from "./vary.ts";

export const cases: readonly Case[] = [
  ...storing,
  ...freshness,
  ...parsing,
  ...age,
  ...stale,
  ...validation,
  ...conditions,
  ...ranges,
  ...vary,
  ...requests,
  ...methods,
  ...targeted,
  ...errors,
  ...keys,
  ...compression,
  ...invalidation,
];
