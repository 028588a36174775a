/** Examples for the call that most people meet first. */

const id = "my-function";

export const publishExamples: Readonly<
  Record<string, { readonly done: object; readonly refused: object }>
> = {
  PublishFunction: {
    done: {
      success: true,
      data: {
        id,
        created_at: "2025-01-01T00:00:00Z",
        etag: "ETVPDKIKX0DER",
        name: id,
        status: "UNASSOCIATED",
        function_config: { comment: "Rewrites /docs", runtime: "cloudfront-js-2.0" },
        function_metadata: {
          function_arn: `arn:aws:cloudfront::000000000000:function/${id}`,
          stage: "LIVE",
          created_time: "2025-01-01T00:00:00.000Z",
          last_modified_time: "2025-01-01T00:00:00.000Z",
        },
      },
    },
    refused: {
      success: false,
      error: {
        code: "VALIDATION_ERROR",
        message: "The If-Match version is missing or not valid for the resource.",
        request_id: "1a2b3c4d-0000-4000-8000-000000000000",
      },
    },
  },
};
