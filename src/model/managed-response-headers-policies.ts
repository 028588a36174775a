/**
 * The response headers policies that AWS provides, with their configurations as the API answers them.
 *
 * Source: CloudFront Developer Guide, "Use managed response headers policies". It does not print
 * all members of the CORS settings; those follow from the headers that it says are sent.
 */
import type { ResponseHeadersPolicyConfig } from "../schema/shapes.ts";

type Cors = NonNullable<ResponseHeadersPolicyConfig["CorsConfig"]>;
type Security = NonNullable<ResponseHeadersPolicyConfig["SecurityHeadersConfig"]>;

const every = { Quantity: 1, Items: ["*"] };

const simpleCors: Cors = {
  AccessControlAllowOrigins: every,
  AccessControlAllowHeaders: every,
  AccessControlAllowMethods: { Quantity: 1, Items: ["GET"] },
  AccessControlAllowCredentials: false,
  AccessControlExposeHeaders: { Quantity: 0 },
  OriginOverride: false,
};

const preflightCors: Cors = {
  ...simpleCors,
  AccessControlAllowMethods: {
    Quantity: 7,
    Items: ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"],
  },
  AccessControlExposeHeaders: every,
};

const security: Security = {
  XSSProtection: { Override: false, Protection: true, ModeBlock: true },
  FrameOptions: { Override: false, FrameOption: "SAMEORIGIN" },
  ReferrerPolicy: { Override: false, ReferrerPolicy: "strict-origin-when-cross-origin" },
  ContentTypeOptions: { Override: true },
  StrictTransportSecurity: {
    Override: false,
    IncludeSubdomains: false,
    Preload: false,
    AccessControlMaxAgeSec: 31_536_000,
  },
};

/** By id. */
export const managedResponseHeadersPolicyConfigs: ReadonlyMap<string, ResponseHeadersPolicyConfig> =
  new Map([
    [
      "60669652-455b-4ae9-85a4-c4c02393f86c",
      {
        Name: "Managed-SimpleCORS",
        Comment: "Allows all origins for simple CORS requests",
        CorsConfig: simpleCors,
      },
    ],
    [
      "5cc3b908-e619-4b99-88e5-2cf7f45965bd",
      {
        Name: "Managed-CORS-With-Preflight",
        Comment: "Allows all origins for CORS requests, including preflight requests",
        CorsConfig: preflightCors,
      },
    ],
    [
      "67f7725c-6f97-4210-82d7-5512b31e9d03",
      {
        Name: "Managed-SecurityHeadersPolicy",
        Comment: "Adds a set of security headers to every response",
        SecurityHeadersConfig: security,
      },
    ],
    [
      "e61eb60c-9c35-4d20-a928-2b84e02af89c",
      {
        Name: "Managed-CORS-and-SecurityHeadersPolicy",
        Comment: "Allows all origins for simple CORS requests and adds security headers",
        CorsConfig: simpleCors,
        SecurityHeadersConfig: security,
      },
    ],
    [
      "eaab4381-ed33-4a86-88ca-d9558dc6cd63",
      {
        Name: "Managed-CORS-with-preflight-and-SecurityHeadersPolicy",
        Comment:
          "Allows all origins for CORS requests, including preflight requests, and adds security headers",
        CorsConfig: preflightCors,
        SecurityHeadersConfig: security,
      },
    ],
  ]);
