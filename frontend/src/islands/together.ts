/** The island of a review held by both cities. */
import { TakeReview } from "../review/take-review.ts";
import { TogetherReview } from "../together/together-review.ts";

customElements.define("take-review", TakeReview);
customElements.define("together-review", TogetherReview);
