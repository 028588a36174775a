/** What tests use of the package cloudfront-log-parser, which has no types. */
declare module "cloudfront-log-parser" {
  interface Parser {
    parse(lines: string, options: { readonly format: string }): Record<string, string>[];
  }
  const parser: Parser;
  export default parser;
}
