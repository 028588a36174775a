/** What a table of import sources may look like, as import-source.ts reads it: rows are separated by commas. */
export const importSourcesPattern = /^$|^[^=,]+=[^,]+(,[^=,]+=[^,]+)*$/;
