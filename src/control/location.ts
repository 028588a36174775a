/** The Location header of what was created. Clients take it as opaque text; the form is AWS's. */
export function locationOf(collection: string, id: string): string {
  return `https://cloudfront.amazonaws.com/2020-05-31/${collection}/${id}`;
}
