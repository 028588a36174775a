/**
 * Puts a text into the clipboard. Browsers have an API for it in secure contexts alone; elsewhere, as on a node that is reached by
 * http in a closed network, a text that is selected can be copied.
 *
 * @returns whether it is there
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

function copySelected(text: string): boolean {
  const before = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.readOnly = true;
  area.className = "unseen";
  document.body.append(area);
  area.select();
  // oxlint-disable-next-line no-deprecated -- there is nothing else where a context is not secure
  const isCopied = document.execCommand("copy");
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  return isCopied;
}
