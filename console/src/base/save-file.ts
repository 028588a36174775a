/** Has the browser save a text as a file of JSON. */
export function saveFile(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = fileName(name);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/**
 * Names are anybody's texts: what a file's can't hold somewhere, what turns the direction of writing round, so that another ending is seen, and
 * dots at its beginning, which hide it, become dashes.
 */
export function fileName(name: string): string {
  return name.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\/:*?"<>|]+|^[.\s]+/gu, "-").slice(-200);
}
