/* A room in each city, booked in one act: `components/rooms/states.py` and its services.
 *
 * Two nodes, one occurrence. A asked and decides; each city speaks of its own room only. Records
 * are never lost, but wait for as long as the line is cut: between any two steps. A node may end
 * between any two steps as well: what a step changes is one transaction, and nothing else is kept.
 * Meanwhile others take either room whenever it is free, people cancel or take a room back, and
 * the time to answer may be over at any moment.
 *
 * When nothing is left to do, either both rooms are confirmed or neither is kept. A confirmed room
 * never stands beside one that its city has not held, unless that city has said so and the word
 * is on its way.
 *
 * The faults are switched on by the test: OWN_CLOCK (a held room is freed by its owner's clock),
 * ALONE (one room is enough to confirm), SILENT
 * (a room is taken back without a word), STUBBORN (a decision counts more than a released room),
 * EARLY (the word is said before the room is kept), UNDONE (the coordinator frees its room without
 * a decision), FORGETFUL (what was released is not carried out). NEVER_BOTH asserts that both are
 * never confirmed, which must be refuted.
 */

mtype = { NOTHING, HELD, REFUSED, RELEASED, CONFIRMED, ASKED };
mtype = { FREE, OTHER, KEPT, FIRM };
mtype = { SAYS_ASKED, SAYS_WORD, SAYS_DECISION };

chan to_a = [6] of { mtype, mtype };
chan to_b = [6] of { mtype, mtype };

mtype slot[2] = FREE;       /* 0 is A's room, 1 is B's */
mtype own[2] = NOTHING;     /* what each city said of its own room */
mtype heard[2] = NOTHING;   /* what it has heard of the other's */
mtype decided[2] = NOTHING; /* the decision as each knows it */
bool asked[2];
bool cancelled, overridden, late;

/* The table of states.py as a city knows it; which room is whose does not matter. */
#define SAID(me, word) (own[me] == word || heard[me] == word)
#ifdef STUBBORN
#define OVER(me) (SAID(me, REFUSED) || decided[me] == RELEASED)
#define BOTH(me) (own[me] != NOTHING && heard[me] != NOTHING)
#else
#define OVER(me) (SAID(me, REFUSED) || SAID(me, RELEASED) || decided[me] == RELEASED)
#ifdef ALONE
#define BOTH(me) SAID(me, HELD)
#else
#define BOTH(me) (own[me] == HELD && heard[me] == HELD)
#endif
#endif
#define IS_CONFIRMED(me) (!OVER(me) && BOTH(me) && decided[me] == CONFIRMED)
#define IS_HELD(me) (!OVER(me) && BOTH(me) && decided[me] == NOTHING)
#define IS_ASKED(me) (!OVER(me) && !BOTH(me))
#define UNSETTLED(me) ((IS_CONFIRMED(me) && slot[me] == KEPT) || (OVER(me) && own[me] == HELD))

inline give_back(me) {
    if
    :: slot[me] == KEPT || slot[me] == FIRM -> slot[me] = FREE
    :: else
    fi
}

inline say(me, word) {
    own[me] = word;
    if
    :: me == 0 -> to_b!SAYS_WORD, word
    :: else -> to_a!SAYS_WORD, word
    fi
}

inline decide(word) {
    decided[0] = word;
    to_b!SAYS_DECISION, word
}

/* What each city does to its own room when it has heard something. */
inline settle(me) {
    if
    :: OVER(me) ->
        if
        :: own[me] == HELD -> say(me, RELEASED)
        :: else
        fi;
        give_back(me)
    :: IS_CONFIRMED(me) && slot[me] == KEPT -> slot[me] = FIRM
    :: else
    fi
}

inline right() {
    assert(!(slot[0] == FIRM && slot[1] != KEPT && slot[1] != FIRM && own[1] == HELD));
    assert(!(slot[1] == FIRM && slot[0] != KEPT && slot[0] != FIRM && own[0] == HELD))
}

active proctype A() {
    mtype kind, word;
    atomic { slot[0] == FREE -> slot[0] = KEPT; asked[0] = true; to_b!SAYS_ASKED, NOTHING; say(0, HELD) }
end:
    do
    :: atomic { to_a?kind, word -> heard[0] = word; right() }
    :: atomic { IS_HELD(0) -> decide(CONFIRMED); right() }
    :: atomic { OVER(0) && decided[0] != RELEASED -> decide(RELEASED); settle(0); right() }
    :: atomic {  /* the time to answer is over */
           !late && IS_ASKED(0) && decided[0] == NOTHING ->
           late = true;
#ifdef UNDONE
           give_back(0);
#else
           decide(RELEASED); settle(0);
#endif
           right()
       }
    :: atomic {  /* somebody cancels */
           !cancelled && !OVER(0) -> cancelled = true; decide(RELEASED); settle(0); right()
       }
#ifndef FORGETFUL
    :: atomic { UNSETTLED(0) -> settle(0); right() }
#endif
    od
}

active proctype B() {
    mtype kind, word;
end:
    do
    :: atomic {
           to_b?kind, word ->
           if
           :: kind == SAYS_ASKED -> asked[1] = true
           :: kind == SAYS_WORD -> heard[1] = word
           :: kind == SAYS_DECISION -> decided[1] = word
           fi;
           right()
       }
    :: atomic {  /* answer */
           asked[1] && own[1] == NOTHING && IS_ASKED(1) && decided[1] == NOTHING ->
#ifdef EARLY
           say(1, HELD);
#else
           if
           :: slot[1] == FREE -> slot[1] = KEPT; say(1, HELD)
           :: else -> say(1, REFUSED)
           fi;
#endif
           right()
       }
#ifdef EARLY
    :: atomic { own[1] == HELD && slot[1] == FREE -> slot[1] = KEPT; right() }
#endif
#ifdef OWN_CLOCK
    :: atomic { slot[1] == KEPT -> slot[1] = FREE; right() }
#endif
    :: atomic {  /* a manager takes the room back */
           !overridden && own[1] == HELD && !OVER(1) ->
           overridden = true;
#ifdef SILENT
           give_back(1);
#else
           say(1, RELEASED); settle(1);
#endif
           right()
       }
    :: atomic { UNSETTLED(1) -> settle(1); right() }
    od
}

/* Others take a room once, whenever it is free, and keep it; or they never come. */
active [2] proctype Others() {
    atomic {
        asked[0] ->
        if
        :: slot[_pid % 2] == FREE -> slot[_pid % 2] = OTHER
        :: skip
        fi
    }
}

/* At some moment it is certain that nobody cancels, takes the room back, or is late any more. */
active proctype Calm() {
    do
    :: !cancelled -> cancelled = true
    :: !overridden -> overridden = true
    :: !late -> late = true
    :: cancelled && overridden && late -> break
    od
}

/* Nothing is left to do, and no record is on its way. */
active proctype Settled() {
end:
    timeout ->
    assert((slot[0] == FIRM) == (slot[1] == FIRM));
    assert(slot[0] != KEPT && slot[1] != KEPT);
#ifdef NEVER_BOTH
    assert(slot[0] != FIRM)
#endif
}
