/**
 * The name of the cookie by which viewers stay with a staging distribution, or with its primary.
 * CloudFront's is not documented; this one is the edge's own, and nobody behind it gets to see it.
 */
export const stagingCookie = "footlight-continuous-deployment";
