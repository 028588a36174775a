/** The pages that readers are led through, by what they want to do. All others are found by links and by search. */
const page = (text: string, link: string): { text: string; link: string } => ({ text, link });

export const sections = [
  {
    text: "Begin",
    items: [
      page("What it is", "/"),
      page("Tutorial", "/docs/tutorial"),
      page("How-tos", "/docs/how-to/"),
      page("From LocalStack", "/docs/from-localstack"),
      page("From nginx with njs", "/docs/from-njs"),
    ],
  },
  {
    text: "Write functions",
    items: [
      page("Develop", "/docs/develop"),
      page("Test", "/docs/testing"),
      page("The runtime", "/docs/functions"),
      page("Key value stores", "/docs/key-value-stores"),
      page("The console", "/docs/console"),
      page("MCP", "/docs/mcp"),
    ],
  },
  {
    text: "Bring them to viewers",
    items: [
      page("Publish and go back", "/docs/publishing"),
      page("Rehearse", "/docs/rehearsal"),
      page("Deploy templates", "/docs/deploy"),
      page("Explain answers", "/docs/explaining"),
      page("Errors, and what to do", "/docs/errors"),
    ],
  },
  {
    text: "Run nodes",
    items: [
      page("Options", "/docs/options"),
      page("Runbook", "/docs/runbook"),
      page("Data and backups", "/docs/data"),
      page("Several nodes", "/docs/scale"),
      page("Access", "/docs/access"),
      page("HTTPS", "/docs/https"),
      page("Logs", "/docs/logs"),
      page("Metrics", "/docs/metrics"),
    ],
  },
  {
    text: "How it works",
    items: [
      page("All on one page", "/docs/how-it-works/"),
      page("A publish", "/docs/how-it-works/a-publish"),
      page("A viewer request", "/docs/how-it-works/a-viewer-request"),
      page("The cache", "/docs/how-it-works/the-cache"),
      page("A key value read", "/docs/how-it-works/a-key-value-read"),
      page("Waves", "/docs/how-it-works/waves"),
      page("A rehearsal", "/docs/how-it-works/a-rehearsal"),
      page("Logs and traces", "/docs/how-it-works/logs-and-traces"),
      page("A change in a cluster", "/docs/how-it-works/a-change-in-a-cluster"),
    ],
  },
  {
    text: "Reference",
    items: [
      page("The edge", "/docs/edge"),
      page("Caching", "/docs/caching"),
      page("API operations", "/docs/operations"),
      page("Quotas", "/docs/quotas"),
      page("Choices", "/docs/choices"),
      page("Compatibility", "/docs/compatibility"),
      page("Performance", "/docs/performance"),
      page("Architecture", "/ARCHITECTURE"),
      page("Changes", "/CHANGELOG"),
    ],
  },
];
