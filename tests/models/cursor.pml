/* The cursor and the commit of one reader, over a line that loses, repeats and reorders pages,
 * while the reader's process may end at any moment.
 *
 * A page is named by its first and last entry. What is kept on the disk is `cursor` and how
 * often each entry was `applied`; everything else is lost when the process ends. Wherever the
 * process begins again, the entries up to the cursor must be applied once and no other at all.
 *
 * The faults are switched on by the test: SPLIT (cursor committed before the state), LATE
 * (state committed before the cursor), NO_GAP_CHECK, NO_SKIP (entries held already are applied
 * again). NEVER_DONE asserts that the reader never has everything, which must be refuted.
 */

#define N 4  /* entries the owner writes */
#define NEXT (first > cursor + 1 -> first : cursor + 1)

chan line = [3] of { byte, byte };
byte written = 0;
byte cursor = 0;
byte applied[N + 1];

inline check() {
    d_step {
        i = 1;
        do
        :: i <= N -> assert(applied[i] == (i <= cursor -> 1 : 0)); i++
        :: else -> break
        od;
        i = 0
    }
#ifdef NEVER_DONE
    assert(cursor < N)
#endif
}

inline apply(from, to) {
    i = from;
    do
    :: i <= to -> applied[i]++; i++
    :: else -> break
    od;
    i = 0
}

active proctype Owner() {
    do
    :: written < N -> written++
    :: else -> break
    od
}

/* Asks for any page there is: the next one, one held already, one far ahead. */
active proctype Asker() {
    byte first;
end:
    do
    :: atomic {
           written > 0 && nfull(line);
           select(first : 1 .. N);
           if
           :: first <= written -> line!first, first
           :: first < written -> line!first, first + 1
           :: else
           fi;
           first = 0
       }
    od
}

active proctype Line() {
    byte a, b;
end:
    do
    :: atomic { line?a, b; a = 0; b = 0 }                            /* loses */
    :: atomic { line?a, b; line!a, b; a = 0; b = 0 }                 /* reorders */
    :: atomic { line?<a, b> -> if :: nfull(line) -> line!a, b :: else fi; a = 0; b = 0 }  /* repeats */
    od
}

active proctype Reader() {
    byte first, last, i, from;
begin:
    check();
    first = 0; last = 0; from = 0;
end:
    line?first, last;
    if
    :: last <= cursor -> goto begin
    :: else
    fi;
#ifndef NO_GAP_CHECK
    if
    :: first > cursor + 1 -> goto begin
    :: else
    fi;
#endif
    from = NEXT;
#ifdef NO_SKIP
    from = first;
#endif
    if
    :: goto begin  /* the process ends before it has committed */
    :: skip
    fi;
#ifdef SPLIT
    cursor = last;
    if
    :: goto begin
    :: skip
    fi;
    d_step { apply(from, last) };
#else
#ifdef LATE
    d_step { apply(from, last) };
    if
    :: goto begin
    :: skip
    fi;
    cursor = last;
#else
    d_step { apply(from, last); cursor = last };
#endif
#endif
    goto begin
}
