/** The islands of every page; each upgrades markup that already reads well without it. */
import { BridgeLine } from "../bridge-line.ts";
import { fold } from "../folding.ts";
import { FreightUpload } from "../upload/freight-upload.ts";
import { LivePage } from "../live-page.ts";
import { TwinClock } from "../twin-clock.ts";
import { weighFiles } from "../upload/weigh.ts";

customElements.define("bridge-line", BridgeLine);
customElements.define("freight-upload", FreightUpload);
customElements.define("live-page", LivePage);
customElements.define("twin-clock", TwinClock);
fold();
weighFiles();
