/** The island of a screen in a room. */
import { RoomWindow } from "../window/room-window.ts";

customElements.define("room-window", RoomWindow);
