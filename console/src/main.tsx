/** Footlight's console. */
import { render } from "preact";
import { followSignOut, resumeSignIn } from "./api/signed-in-key.ts";
import { App } from "./shell/app.tsx";
import { addShellCommands } from "./shell/shell-commands.ts";
import { readTheme, theme } from "./base/theme.ts";
import "./style/style.css";

theme.set(readTheme());
addShellCommands();
followSignOut();
await resumeSignIn();
render(<App />, document.querySelector("#app")!);
