/** Types of functions for the runtime cloudfront-js-1.0, which has no promises and no module `cloudfront`. */
import type * as event from "./event.d.ts";

export type {
  Context,
  GivenResponse,
  Headers,
  GivenRequest as Request,
  RequestHeaders,
  Response,
  ResponseCookie,
  Value,
  Values,
} from "./event.d.ts";

export type ViewerRequestEvent = event.RequestEvent<event.GivenRequest>;
export type ViewerResponseEvent = event.ResponseEvent<event.GivenRequest>;

/** What a viewer-request function may return: the request, to go on with, or a response, to answer with. */
export type ViewerRequestResult = event.Request | event.Response;

export type ViewerRequestHandler = (event: ViewerRequestEvent) => ViewerRequestResult;
export type ViewerResponseHandler = (event: ViewerResponseEvent) => event.Response;
