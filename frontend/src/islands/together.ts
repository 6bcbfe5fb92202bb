/** The island of a review held by both cities. */
import { SharedMinutes } from "../minutes/shared-minutes.ts";
import { TakeReview } from "../review/take-review.ts";
import { TogetherReview } from "../together/together-review.ts";

if (!customElements.get("shared-minutes")) customElements.define("shared-minutes", SharedMinutes);
customElements.define("take-review", TakeReview);
customElements.define("together-review", TogetherReview);
