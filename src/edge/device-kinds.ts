/** What kind of device a viewer has. Several kinds may fit. */
export interface ViewerDevice {
  readonly isAndroid: boolean;
  readonly isDesktop: boolean;
  readonly isIos: boolean;
  readonly isMobile: boolean;
  readonly isSmartTv: boolean;
  readonly isTablet: boolean;
}
