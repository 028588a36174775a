/** Runs before anything is painted, so that no page begins in the wrong theme. */
import { readTheme, showTheme } from "../base/theme.ts";

showTheme(readTheme());
