/** The islands of the call page and of the device check. */
import { DeviceCheck } from "../call/check/device-check.ts";
import { LiveRoom } from "../call/page/live-room.ts";
import { SharedMinutes } from "../minutes/shared-minutes.ts";

if (!customElements.get("shared-minutes")) customElements.define("shared-minutes", SharedMinutes);
customElements.define("live-room", LiveRoom);
customElements.define("device-check", DeviceCheck);
