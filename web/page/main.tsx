// The page begins here.

import { render } from "preact";
import { App } from "./app";
import { begin } from "./core/session";
import "./style/base.css";

void begin();
render(<App />, document.getElementById("app") as HTMLElement);
