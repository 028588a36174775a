/**
 * Loads the page anew, where the node answers: code that could not be loaded may be that of a node which was exchanged for another version, and is
 * nowhere any more. What somebody has written is kept in the browser.
 */
export async function loadPageAgain(): Promise<void> {
  try {
    await fetch(location.pathname, { method: "HEAD", cache: "no-store" });
  } catch {
    // Without a node there would be no page at all.
    return;
  }
  location.reload();
}
