/** Tickets: what a page's own address gives to whoever may take part in a session.
 *
 * A websocket trusts no cookie; see docs/protocol/live.md.
 */
import type { Refused } from "./messages.ts";

/** The answer to a page that asks for a ticket; it may tell more (ICE servers of a call). */
export type Ticket = { ticket: string; socket?: string } & Record<string, unknown>;
/** Gets a ticket; throws `Refused` when there will be none, anything else when nobody answered. */
export type Getter = () => Promise<Ticket>;

export class RefusedError extends Error {
  readonly refused: Refused;

  constructor(refused: Refused) {
    super(refused.en);
    this.refused = refused;
  }
}

const REFUSING = new Set([400, 401, 403, 404, 409, 410, 422]);

/** Gets tickets by POST to *address*, which answers `{ticket, socket?}`, or `{error: {code, message}}`. */
export function ticketFrom(address: string): Getter {
  return async () => {
    const token = document.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
    const headers = { Accept: "application/json", "X-CSRFToken": token };
    const answer = await fetch(address, { method: "POST", headers });
    if (answer.ok) return (await answer.json()) as Ticket;
    if (!REFUSING.has(answer.status)) throw new Error(String(answer.status));
    throw new RefusedError(await refusalIn(answer));
  };
}

/** For whom there is nothing here, the page of a node says no more than that. */
const NOT_YOURS = {
  fr: "Vous ne pouvez pas, ou plus, participer à cette session.",
  en: "You may not take part in this session, or no longer.",
};

/** The refusal that *answer* tells, or what a page for people comes to. */
async function refusalIn(answer: Response): Promise<Refused> {
  const told: unknown = await answer.json().catch(() => ({}));
  const { code, message } = (told as { error?: { code?: string; message?: string } }).error ?? {};
  const said = message === undefined ? NOT_YOURS : { fr: message, en: message };
  return { type: "refused", code: code ?? String(answer.status), ...said };
}
