/** The island of the grid of shots and tasks. */
import { TaskGrid } from "../grid/task-grid.ts";

customElements.define("task-grid", TaskGrid);
