import assert from "node:assert/strict";
import { test } from "node:test";
import type { ViewerDevice } from "../device-kinds.ts";
import { viewerDevice } from "./viewer-device.ts";

const agents: Readonly<Record<string, (keyof ViewerDevice)[]>> = {
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120 Safari/537.36": [
    "isDesktop",
  ],
  "Mozilla/5.0 (Linux; Android 13; Pixel 7) AppleWebKit/537.36 Chrome/116 Mobile Safari/537.36": [
    "isAndroid",
    "isMobile",
  ],
  "Mozilla/5.0 (Linux; Android 12; SM-X906C) AppleWebKit/537.36 Chrome/116 Safari/537.36": [
    "isAndroid",
    "isTablet",
  ],
  "Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) Version/16.5 Mobile/15E148 Safari/604.1":
    ["isIos", "isMobile"],
  "Mozilla/5.0 (iPad; CPU OS 16_5 like Mac OS X) Version/16.5 Mobile/15E148 Safari/604.1": [
    "isIos",
    "isTablet",
  ],
  "Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) AppleWebKit/537.36 Version/6.0 TV Safari/537.36": [
    "isSmartTv",
  ],
  "Mozilla/5.0 (Linux; Tizen 2.3) AppleWebKit/538.1 Version/2.3 TV Safari/538.1": ["isSmartTv"],
  "Mozilla/5.0 (Linux; Android 9; AFTKA) AppleWebKit/537.36 Chrome/108 Mobile Safari/537.36": [
    "isAndroid",
    "isSmartTv",
  ],
  "TV on Tizen": ["isDesktop"],
  "curl/8.5.0": ["isDesktop"],
  "": [],
};

for (const [agent, kinds] of Object.entries(agents)) {
  test(`a viewer with the User-Agent "${agent}" is ${kinds.join(", ") || "of no kind"}`, () => {
    const device = viewerDevice(agent);
    const fitting = Object.entries(device).flatMap(([kind, fits]) => (fits ? [kind] : []));
    assert.deepEqual(fitting.sort(), kinds.toSorted());
  });
}
