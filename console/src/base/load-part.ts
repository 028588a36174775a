/**
 * Loads code of the page.
 *
 * @throws Error, in words for who looks, in the place of the browser's
 */
export async function loadPart<Part>(load: () => Promise<Part>): Promise<Part> {
  try {
    return await load();
  } catch (cause) {
    throw new Error(
      "Its code did not come: the node does not answer, or has another version of the console by now. Try again, or load the page anew.",
      { cause },
    );
  }
}
