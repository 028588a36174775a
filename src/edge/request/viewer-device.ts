/**
 * What kind of device a viewer has, as far as its User-Agent tells. Several kinds may fit.
 *
 * Nothing here goes back over the text: it is the viewer's to choose, and it is looked at on the
 * thread that serves everybody else.
 */

import type { ViewerDevice } from "../device-kinds.ts";

/** How much of a User-Agent is looked at, in characters. Those of devices are a few hundred long. */
const lookedAtMax = 1024;

const smartTv = /smart-?tv|appletv|googletv|hbbtv|netcast|web0s|bravia|roku|aft[a-z]/;
const namedTablet = /ipad|tablet|kindle|silk|playbook/;
const namedMobile = /iphone|ipod|mobile|windows phone|blackberry|opera mini/;

/** @param userAgent the header's text; empty when there is none */
export function viewerDevice(userAgent: string): ViewerDevice {
  const agent = userAgent.slice(0, lookedAtMax).toLowerCase();
  const tizen = agent.indexOf("tizen");
  const android = agent.lastIndexOf("android");
  const isSmartTv = smartTv.test(agent) || (tizen >= 0 && agent.indexOf("tv", tizen + 5) >= 0);
  // Telephones say "Mobile" behind "Android".
  const isTablet = namedTablet.test(agent) || android > agent.lastIndexOf("mobile");
  const isMobile = namedMobile.test(agent);
  return {
    isAndroid: android >= 0,
    isDesktop: agent !== "" && !isSmartTv && !isTablet && !isMobile,
    isIos: /iphone|ipad|ipod/.test(agent),
    isMobile: isMobile && !isSmartTv && !/ipad|tablet/.test(agent),
    isSmartTv,
    isTablet: isTablet && !isSmartTv,
  };
}
