/** What viewers send about versions of functions, which is between them and the edge: functions, keys and origins don't get it. */

/** Chooses a version while waves are on: its number, a space, and the token that the publish names. */
export const versionHeader = "x-footlight-version";

/** What the names of cookies begin with by which a viewer stays with a version; one for each publish. */
export const versionCookiePrefix = "footlight-version-";
