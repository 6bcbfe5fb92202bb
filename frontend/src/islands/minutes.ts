/** The island of shared minutes. */
import { SharedMinutes } from "../minutes/shared-minutes.ts";

if (!customElements.get("shared-minutes")) customElements.define("shared-minutes", SharedMinutes);
