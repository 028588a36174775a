/**
 * Who is signed in: an access key whose secret this page can sign with and never read. It is gone with the page,
 * unless it was asked to stay: then IndexedDB keeps it, which hands no secret out either.
 */
import { Store } from "../base/store.ts";
import { connection } from "./connection.ts";
import { importSecret, type SigningKey } from "./sign-request.ts";

const database = "footlight";
const table = "keys";
const place = "signed-in";

export const signedInKey = new Store<SigningKey | undefined>(undefined);

export interface GivenKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Empty where there is none. */
  readonly sessionToken: string;
  readonly isToStay: boolean;
}

/** @throws Error, where the page is not in a secure context: browsers have no Web Crypto there */
export async function signIn(given: GivenKey): Promise<void> {
  const { accessKeyId, secretAccessKey, sessionToken, isToStay } = given;
  const key = await importSecret(secretAccessKey);
  const signing = { accessKeyId, key, ...(sessionToken !== "" && { sessionToken }) };
  signedInKey.set(signing);
  await (isToStay ? keep(signing) : forget());
  connection.noteSignedIn();
}

export async function signOut(): Promise<void> {
  signedInKey.set(undefined);
  await forget();
}

/** Takes the key that was asked to stay, if one was. */
export async function resumeSignIn(): Promise<void> {
  if (!("indexedDB" in globalThis)) return;
  const known = (await perform("readonly", (keys) => keys.get(place))) as SigningKey | undefined;
  if (known !== undefined) signedInKey.set(known);
}

async function keep(key: SigningKey): Promise<void> {
  await perform("readwrite", (keys) => keys.put(key, place));
}

async function forget(): Promise<void> {
  await perform("readwrite", (keys) => keys.delete(place));
}

/** @returns undefined as well where the browser keeps nothing, as in some private windows */
function perform(
  mode: IDBTransactionMode,
  ask: (keys: IDBObjectStore) => IDBRequest,
): Promise<unknown> {
  return new Promise((resolve) => {
    const opening = indexedDB.open(database, 1);
    opening.addEventListener("upgradeneeded", () => opening.result.createObjectStore(table));
    opening.addEventListener("error", () => resolve(undefined));
    opening.addEventListener("success", () => {
      const transaction = opening.result.transaction(table, mode);
      const asking = ask(transaction.objectStore(table));
      transaction.addEventListener("complete", () => resolve(asking.result));
      transaction.addEventListener("error", () => resolve(undefined));
    });
  });
}
