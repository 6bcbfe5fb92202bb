/** The island of the review page. */
import { TakeReview } from "../review/take-review.ts";

customElements.define("take-review", TakeReview);
